"""Ways to a file, or around a router. None of them leads anywhere here."""

_UP = [b"..", b"%2e%2e", b"%2E%2E", b".%2e", b"%2e.", b"..;", b"..%00", b"..%09", b"..%0d%0a", b"%252e%252e", b"%c0%ae%c0%ae",
       b"%e0%80%ae%e0%80%ae", b"%uff0e%uff0e", b"..%ff", b".../.", b"....", b"..%01", b"%2e%2e;a=b"]
_SLASH = [b"/", b"%2f", b"%2F", b"%5c", b"%5C", b"\\", b"//", b"/./", b"%252f", b"%c0%af", b"%e0%80%af", b"%u2215", b"/;/"]
_TARGETS = [b"etc/passwd", b"v1/users/count"]

_MARKED = [
    b"/v1/users/count/", b"//v1/users/count", b"/v1//users/count", b"/v1/users//count", b"/v1/./users/count",
    b"/v1/nowhere/../users/count", b"/v1/users/count/.", b"/v1/users/count/..", b"/v1/users/count;", b"/v1/users/count;a=b",
    b"/v1;/users/count", b"/;/v1/users/count", b"/v1/users/count%00", b"/v1/users/count%20", b"/v1/users/count%09", b"/v1/users/count.",
    b"/v1/users/count.json", b"/v1/users/count%2f", b"/v1/users%2fcount", b"/v1%2fusers%2fcount", b"/%2fv1/users/count",
    b"/V1/users/count", b"/v1/USERS/count", b"/v1/users/COUNT", b"/v1/users/%", b"/v1/users/%1", b"/v1/users/%zz", b"/v1/users/%%",
    b"/v1/users/%u0041", b"/v1/users/%0", b"/%", b"/%00", b"/", b"/v1", b"/v1/", b"/v1/.", b"/.", b"/..", b"/...",
    b"/.git/config", b"/.env", b"/.well-known/", b"/.well-known/jwks.json/", b"/.well-known/../v1/users/count",
    b"/.htaccess", b"/server-status", b"/actuator/env", b"/debug/pprof", b"/metrics", b"/admin", b"/wp-login.php", b"/cgi-bin/sh",
    b"/tenens.db", b"/v1/tenens.db", b"/tenens/", b"/tenens/accept.html", b"/tenens/session.html", b"/tenens/../page.css",
    b"/tenens/%2e%2e", b"/tenens/page.css/", b"/tenens/page.css%00", b"/tenens/page.css%00.js", b"/tenens/.", b"/tenens/..",
    b"/tenens/page.CSS", b"/npm/@clerk/clerk-js@1/dist/", b"/npm/@clerk/clerk-js@1/dist/..", b"/npm/@clerk/clerk-js@1/dist/.hidden",
    b"/npm/@clerk/clerk-js@../dist/a.js", b"/npm/@clerk/../dist/a.js", b"/npm/@clerk/clerk-js@1/dist/..%2fa.js",
    b"/npm/@clerk/clerk-js@1/dist/a.js%00.map", b"/npm/@clerk/..%2f..@1/dist/passwd.js", b"/npm/@clerk/clerk-js/dist/a.js",
    b"/npm/@clerk/evil@1/dist/a.js", b"/npm/@clerk/clerk-js@1/src/a.js", b"/v1/users/" + b"a" * 9000,
    b"/v1/users" + b"/a" * 2000, b"/" + b"../" * 2000 + b"etc/passwd", b"/v1/users/" + b"%2e" * 2000,
]

PATHS = [*_MARKED,
         *(b"/v1/" + slash.join([up, up, target]) for up in _UP for slash in _SLASH for target in _TARGETS),
         *(b"/tenens/" + slash.join([up, up, b"etc", b"passwd"]) for up in _UP for slash in _SLASH),
         *(b"/npm/@clerk/clerk-js@1/dist/" + slash.join([up, up, b"package.json"]) for up in _UP for slash in _SLASH)]
