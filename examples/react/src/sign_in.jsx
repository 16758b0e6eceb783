// The page that an actor token's link leads to: it turns the ticket into a session.
import { useClerk } from '@clerk/react';
import { useEffect, useState } from 'react';

// Taken once and out of the address bar at once, from where it would reach history and screenshots.
const ticket = new URLSearchParams(location.search).get('__clerk_ticket');
if (ticket) history.replaceState(null, '', location.pathname);

// A ticket opens one session, ever, and StrictMode runs effects twice.
let redeemed;

async function redeem(clerk) {
  const signIn = await clerk.client.signIn.create({ strategy: 'ticket', ticket });
  await clerk.setActive({ session: signIn.createdSessionId });
  location.replace('/');
}

export function SignIn() {
  const clerk = useClerk();
  const [fault, setFault] = useState('');
  useEffect(() => {
    if (!ticket || !clerk.loaded) return;
    redeemed ??= redeem(clerk);
    redeemed.catch((error) => setFault(error.errors?.[0]?.longMessage ?? 'The server cannot be reached.'));
  }, [clerk, clerk.loaded]);

  if (!ticket) return <p>Open a link that was made for you; there is no other way in.</p>;
  return fault ? <p role="alert">{fault}</p> : <p role="status">Signing in…</p>;
}
