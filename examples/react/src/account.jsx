// Who is signed in, who acts for them, and what the back ends make of it.
import { useAuth, useClerk, useSession, useUser } from '@clerk/react';
import { useState } from 'react';

export function Account() {
  const { isLoaded, isSignedIn, user } = useUser();
  const { session } = useSession();
  const clerk = useClerk();
  if (!isLoaded) return <p role="status">Loading…</p>;
  if (!isSignedIn) return <h1>Nobody is signed in</h1>;
  return (
    <>
      <h1>Orders of {user.fullName ?? user.primaryEmailAddress?.emailAddress ?? user.id}</h1>
      {session?.actor && (
        <p>
          <strong data-testid="actor">{session.actor.sub}</strong> is acting on their behalf.
        </p>
      )}
      <AskBackEnd name="Express" path="/api/express/who" />
      <AskBackEnd name="C++" path="/api/cpp/who" />
      <button onClick={() => clerk.signOut()}>Sign out</button>
    </>
  );
}

function AskBackEnd({ name, path }) {
  const { getToken } = useAuth();
  const [answer, setAnswer] = useState('');

  async function ask() {
    setAnswer('…');
    try {
      // Refreshed in the background; it never holds more than a minute.
      const token = await getToken();
      const response = await fetch(path, { headers: { Authorization: `Bearer ${token}` } });
      setAnswer(await response.text());
    } catch (error) {
      setAnswer(String(error));
    }
  }

  return (
    <p>
      <button onClick={ask}>Ask {name}</button> <output aria-label={`Answer of ${name}`}>{answer}</output>
    </p>
  );
}
