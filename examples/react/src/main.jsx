import { ClerkProvider } from '@clerk/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { Account } from './account.jsx';
import { SignIn } from './sign_in.jsx';

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <ClerkProvider
      publishableKey={import.meta.env.VITE_CLERK_PUBLISHABLE_KEY}
      // The one setting that leads Clerk's packages to tenensd instead of Clerk's cloud.
      proxyUrl={import.meta.env.VITE_TENENS_URL}
      // Where the bundles are; not needed behind a relative proxyUrl and `tenensd --clerk-assets`.
      __internal_clerkJSUrl={`${location.origin}/clerk-js/dist/clerk.browser.js`}
      __internal_clerkUIUrl={`${location.origin}/ui/dist/ui.browser.js`}
      signInUrl="/sign-in"
      afterSignOutUrl="/"
      telemetry={{ disabled: true }}
    >
      {location.pathname === '/sign-in' ? <SignIn /> : <Account />}
    </ClerkProvider>
  </StrictMode>,
);
