// <tenens-banner>: says, on an application's page, that somebody acts as the user, and ends it.
// It asks the Frontend API that this script came from. See docs/banner.md.
(() => {
  'use strict';

  const [POLL_MS, TIMEOUT_MS, LONGEST_NAME] = [15_000, 10_000, 80];
  // Minutes left at which it is announced; what changes more often would be noise to listen to.
  const ANNOUNCED_MINUTES = [30, 10, 5, 2, 1];

  // Known only while a classic script runs; a module says it in the attribute.
  const source = document.currentScript?.src;

  const STYLE = `{{style}}`; // banner.css, put in by the server

  const text = (value) => (typeof value === 'string' ? value.trim() : '');

  /** What somebody chose as a name must not push the rest of the line away. */
  function shortened(name) {
    const characters = [...name];
    return characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME - 1).join('')}…` : name;
  }

  function nameOfUser(user) {
    const name = [text(user?.first_name), text(user?.last_name)].filter(Boolean).join(' ');
    const emails = user?.email_addresses ?? [];
    const primary = emails.find((one) => one.id === user.primary_email_address_id) ?? emails[0];
    return shortened(name || text(primary?.email_address) || text(user?.username) || text(user?.id) || 'a user');
  }

  const nameOfActor = (actor) => shortened(text(actor.name) || text(actor.email) || text(actor.sub) || 'Somebody');

  /** The browser's active session, if somebody acts in it. */
  function actingSession(client) {
    const sessions = (client?.sessions ?? []).filter((one) => one.status === 'active');
    const active = sessions.find((one) => one.id === client.last_active_session_id) ?? sessions[0];
    return active?.actor ? active : null;
  }

  // Upwards, and a second's grace, so that 30 minutes begin as that.
  const minutesOf = (ms) => Math.max(0, Math.ceil((ms - 1000) / 60_000));

  function leftText(ms) {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 300) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
    const minutes = minutesOf(ms);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  }

  function sinceText(at) {
    const today = new Date().toDateString() === at.toDateString();
    return at.toLocaleString([], { ...(today ? {} : { dateStyle: 'medium' }), timeStyle: 'short' });
  }

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children); // strings become text nodes; there is no HTML here
    return made;
  }

  class TenensBanner extends HTMLElement {
    #session = null; // the one that is shown
    #over = false; // it has run out and the banner says so
    #skew = 0; // what the server's clock is ahead of ours
    #announced = Infinity; // minutes left, the last time that they were
    #announcedAt = 0;
    #timers = {};
    #ending = false;
    #asked = 0;
    #parts;

    constructor() {
      super();
      const parts = {
        actor: element('bdi'), user: element('bdi'), since: element('time'), left: element('span'),
        fault: element('p', { class: 'fault' }), end: element('button', { type: 'button', part: 'button' }),
        heard: element('p', { role: 'status', class: 'heard' }),
      };
      parts.who = element('p', { class: 'who' });
      // A timer is silent by definition; what is announced stands in the status.
      parts.left.setAttribute('role', 'timer');
      parts.when = element('p', { class: 'when' }, 'Since ', parts.since, ' · ', parts.left);
      parts.section = element('section', { 'aria-label': 'Impersonation', lang: 'en', dir: 'ltr', part: 'banner' },
        parts.who, parts.when, parts.end, parts.fault);
      parts.section.hidden = true;
      parts.end.addEventListener('click', () => (this.#over ? location.reload() : this.#end()));
      this.#parts = parts;
      const sheet = new CSSStyleSheet(); // a strict style-src allows it, <style> not
      sheet.replaceSync(STYLE);
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [sheet];
      root.append(parts.section, parts.heard);
    }

    connectedCallback() {
      document.addEventListener('visibilitychange', this.#wake);
      this.#timers.tick = setInterval(() => this.#tick(), 1000);
      this.#wake();
    }

    disconnectedCallback() {
      document.removeEventListener('visibilitychange', this.#wake);
      for (const timer of Object.values(this.#timers)) clearTimeout(timer); // ends intervals, too
    }

    #wake = () => {
      clearTimeout(this.#timers.poll);
      if (document.visibilityState === 'visible') this.#poll();
    };

    #address(path) {
      const own = this.getAttribute('frontend-api');
      if (own) return new URL(`${own.replace(/\/+$/, '')}/v1/${path}`, document.baseURI);
      if (source) return new URL(path, source); // …/v1/banner.js
      throw new Error('<tenens-banner> needs the attribute frontend-api where its script is a module');
    }

    /** Reading the client does not count as activity; nothing here prolongs the session. */
    async #ask(path, method = 'GET') {
      const answer = await fetch(this.#address(path), {
        method, credentials: 'include', cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const date = Date.parse(answer.headers.get('Date') ?? '');
      if (date) this.#skew = date + 500 - Date.now(); // Date is cut off to seconds
      return answer.json();
    }

    async #poll() {
      const asked = ++this.#asked; // only the newest answer counts
      try {
        const { response } = await this.#ask('client');
        if (asked === this.#asked && !this.#ending && this.isConnected) this.#show(actingSession(response));
      } catch {
        // Out of reach, or not answering: what is shown stays, and the next time will tell.
      }
      if (asked !== this.#asked || !this.isConnected) return;
      clearTimeout(this.#timers.poll);
      if (document.visibilityState === 'visible') this.#timers.poll = setTimeout(() => this.#poll(), POLL_MS);
    }

    #show(session) {
      const { actor, user, since, who, end, section } = this.#parts;
      const before = this.#session;
      if (!session && this.#over) return; // stays to say so
      if (before && before.id !== session?.id) {
        if (!session && this.#left() <= 2000) return this.#runOut();
        this.#finish('signed-out');
      }
      if (!session) return;
      this.#session = session;
      if (before?.id !== session.id) [this.#announced, this.#announcedAt] = [Infinity, 0];
      this.#over = false;
      actor.textContent = nameOfActor(session.actor);
      user.textContent = nameOfUser(session.user);
      who.replaceChildren(element('strong', {}, actor), ' is acting as ', element('strong', {}, user));
      const at = new Date(session.created_at);
      since.dateTime = at.toISOString();
      since.textContent = sinceText(at);
      end.textContent = 'End session';
      section.hidden = false;
      this.#tick();
    }

    #until() {
      const { expire_at: expire, abandon_at: abandon } = this.#session;
      return Math.min(expire, abandon ?? expire);
    }

    #left = () => this.#until() - (Date.now() + this.#skew);

    #tick() {
      if (!this.#session || this.#over) return;
      const { left, actor, user } = this.#parts;
      const ms = this.#left();
      // Activity that we have not heard of may have prolonged it, so the server has the last word;
      // past the very end there is nothing to ask.
      if (ms <= 0) {
        if (this.#session.expire_at <= Date.now() + this.#skew) this.#runOut();
        else if (-ms < 1000) this.#wake();
        return;
      }
      const idle = this.#until() < this.#session.expire_at;
      const said = `${leftText(ms)} left${idle ? ' without activity' : ''}`;
      if (left.textContent !== said) left.textContent = said;
      const minutes = Math.max(1, minutesOf(ms));
      if (minutes > this.#announced + 1) this.#announced = minutes; // somebody was active
      const crossed = this.#announced === Infinity ||
        ANNOUNCED_MINUTES.some((at) => minutes <= at && at < this.#announced);
      if (!crossed || Date.now() - this.#announcedAt < 60_000) return;
      this.#announced = minutes;
      this.#announcedAt = Date.now();
      this.#say(`${actor.textContent} is acting as ${user.textContent}. ` +
        `${minutes} minute${minutes === 1 ? '' : 's'} left.`);
    }

    #say = (message) => (this.#parts.heard.textContent = message);

    async #end() {
      const { end, fault } = this.#parts;
      if (this.#ending || !this.#session) return;
      this.#ending = true;
      this.#asked += 1; // an answer that is under way would show it again
      end.setAttribute('aria-disabled', 'true'); // `disabled` would take the focus away
      fault.textContent = '';
      try {
        await this.#ask(`client/sessions/${encodeURIComponent(this.#session.id)}/end`, 'POST');
        if (this.#finish('ended')) location.reload();
      } catch {
        fault.textContent = 'The session could not be ended. Try again.';
        this.#say(fault.textContent);
      } finally {
        this.#ending = false;
        end.removeAttribute('aria-disabled');
        this.#wake(); // it may be over all the same
      }
    }

    #runOut() {
      const { who, left, end, user } = this.#parts;
      this.#over = true;
      who.replaceChildren('The session as ', element('strong', {}, user), ' has run out');
      left.textContent = 'no time left';
      end.textContent = 'Reload page';
      this.#say(`The session as ${user.textContent} has run out.`);
      this.#tell('expired');
    }

    #finish(reason) {
      const { section, fault } = this.#parts;
      const told = this.#over;
      section.hidden = true;
      fault.textContent = '';
      this.#say('');
      this.#over = false;
      const proceed = told || this.#tell(reason);
      this.#session = null;
      return proceed;
    }

    /** False if the page has called preventDefault. */
    #tell(reason) {
      const detail = { reason, sessionId: this.#session.id };
      return this.dispatchEvent(new CustomEvent('tenens-ended', { detail, bubbles: true, composed: true, cancelable: true }));
    }
  }

  if (!customElements.get('tenens-banner')) customElements.define('tenens-banner', TenensBanner);
})();
