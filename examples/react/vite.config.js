import { defineConfig } from 'vite';

const to = (target) => ({ target, rewrite: (path) => path.replace(/^\/api\/\w+/, '/api') });

export default defineConfig({
  // Clerk's browser bundles from this machine, where @clerk/react would load them from a CDN.
  publicDir: 'node_modules/.bundles',
  // React itself, without a plugin: esbuild compiles JSX.
  esbuild: { jsx: 'automatic' },
  // Found in advance; found later, they would load the page once more, in the middle of a sign-in.
  optimizeDeps: { include: ['react', 'react-dom/client', 'react/jsx-dev-runtime', '@clerk/react'] },
  server: {
    proxy: {
      '/api/express': to(process.env.EXPRESS_URL ?? 'http://localhost:3001'),
      '/api/cpp': to(process.env.CPP_URL ?? 'http://localhost:3002'),
    },
  },
});
