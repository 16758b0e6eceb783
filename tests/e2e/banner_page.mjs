// An application without Clerk's packages: a page with <tenens-banner>, under a policy that allows
// that script and nothing else.
import http from 'node:http';

export async function startBannerPage() {
  let frontend;
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    const host = new URL(frontend).origin;
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Content-Security-Policy',
      `default-src 'none'; script-src ${host}; connect-src ${host}; require-trusted-types-for 'script'; trusted-types 'none'`);
    const script = `${frontend}/v1/banner.js`;
    const banner = searchParams.has('module')
      ? `<script type="module" src="${script}"></script><tenens-banner frontend-api="${frontend}/"></tenens-banner>`
      : `<script src="${script}" defer></script><tenens-banner></tenens-banner>`;
    response.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Shop</title>
<meta name="color-scheme" content="light dark">${banner}<h1>Your orders</h1><p><a href="/orders/1">Order 1</a></p></html>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    connect: (address) => (frontend = address),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
