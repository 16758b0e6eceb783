// A back end on Clerk's Express package that answers `GET /api/who`: who is this, and who acts on
// their behalf? `start` sets the environment.
import { authenticateRequest, createClerkClient } from '@clerk/express';
import express from 'express';

const { TENENS_URL, CLERK_SECRET_KEY: secretKey, CLERK_PUBLISHABLE_KEY: publishableKey, APP_URL, PORT = '3001' } = process.env;

// The one setting that leads Clerk's packages to tenensd instead of Clerk's cloud.
const clerkClient = createClerkClient({ apiUrl: TENENS_URL, secretKey, publishableKey, telemetry: { disabled: true } });

const app = express();
app.disable('x-powered-by');

app.get('/api/who', async (request, response) => {
  const state = await authenticateRequest({
    clerkClient,
    request,
    // Tokens of other pages' sessions are none of ours.
    options: { secretKey, publishableKey, proxyUrl: TENENS_URL, authorizedParties: [APP_URL] },
  });
  response.set('Cache-Control', 'no-store');
  if (!state.isAuthenticated) {
    return response.status(401).json({ status: 'signed-out', reason: state.reason });
  }
  const { userId, sessionId, actor } = state.toAuth();
  return response.json({ status: 'signed-in', userId, sessionId, actor: actor ?? null });
});

const server = app.listen(Number(PORT), '127.0.0.1', () =>
  console.log(`listening on http://localhost:${server.address().port}`));
