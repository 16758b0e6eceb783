// What clerk-js 6.40.0 asks the Frontend API, and when: the contract's recorded sequence, one line a
// request. The log of a run is compared with it, so that a changed clerk-js is noticed.
const VERSION = '__clerk_api_version=2026-08-20&_clerk_js_version=6.40.0';
// On another site no cookie of ours is kept; every request then names its development browser.
const DEV_BROWSER = '__clerk_api_version=2026-08-20&__clerk_db_jwt&_clerk_js_version=6.40.0';

/** The rows as they look from an application with a key of that kind, `devHost`: of a development host. */
export function contractTable({ kind, devHost = false }) {
  const version = devHost ? DEV_BROWSER : VERSION;
  const client = `GET /v1/client ?${version} |`;
  // clerk-js tells a development instance where its page stands, and asks a production one.
  const environment = kind === 'test' ? `POST /v1/environment ?${version}&_method=PATCH |` : `GET /v1/environment ?${version} |`;
  const session = '/v1/client/sessions/{id}';
  return {
    link: 'GET /v1/tickets/accept ?ticket |',
    devBrowser: devHost ? [`POST /v1/dev_browser ?${VERSION} |`] : [],
    load: [client, environment],
    client,
    signIn: `POST /v1/client/sign_ins ?${version} | locale&strategy=ticket&ticket&timezone`,
    select: `POST ${session}/touch ?${version} | active_organization_id&intent=select_session`,
    focus: `POST ${session}/touch ?${version} | active_organization_id&intent=focus`,
    refresh: `POST ${session}/tokens ?${version}&debug | organization_id&tab_state=focused`,
    poll: `POST ${session}/tokens ?${version} | organization_id&tab_state=focused`,
    remove: `POST ${session}/remove ?${version} |`,
    signOut: `POST /v1/client/sessions ?${version}&_method=DELETE |`,
  };
}
