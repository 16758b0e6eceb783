// The ticket must not stay in the address bar, from where it would reach the history and screenshots.
if (location.search) history.replaceState(null, "", location.pathname);
