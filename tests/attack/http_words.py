"""Words for the places of a request where a reader may be lenient, none of which is right there."""

VERSIONS = [b"HTTP/0.9", b"HTTP/1.2", b"HTTP/1.", b"HTTP/1", b"HTTP/.1", b"HTTP/2.0", b"HTTP/2", b"HTTP/3", b"HTTP/9.9",
            b"HTTP/01.1", b"HTTP/1.01", b"HTTP/1.10", b"HTTP/11.1", b"HTTP/1.1.1", b"HTTP/1,1", b"HTTP /1.1", b"HTTP/ 1.1",
            b"HTTP/-1.1", b"HTTP/+1.1", b"HTTP/1.1a", b"HTTP/A.B", b"http/1.1", b"Http/1.1", b"HTTPS/1.1", b"HTTP/1.1\x00",
            b"HTTP\\1.1", b"HTTP1.1", b"HTTP/\xef\xbc\x91.1", b"ICY/1.1", b"RTSP/1.0", b"SIP/2.0", b"HTTP/4294967297.1",
            b"HTTP/1.4294967297", b"HTTP/1.1\x0b", b""]

HOSTS = [b"a b", b"a\tb", b"a/b", b"a@b", b"a?b", b"a#b", b"a\\b", b"a,b", b"a;b", b"<a>", b'"a"', b"{a}", b"a|b", b"a^b", b"`a`",
         b"a:b", b"a:", b"a:-1", b"a:+1", b"a:65536", b"a:99999999999", b"a:80:80", b":80", b"[::1", b"::1]", b"[::1]x", b"[]",
         b"[a]", b"http://a", b"user:secret@a", b"a\xff", b"\xc3\xa4", b"a%zz", b"a%", b"a%00", b"a b:80", b"a, b"]

CONTENT_LENGTHS = [b"", b" ", b"-1", b"-2", b"+2", b"++2", b"2.0", b"2e0", b"0x2", b"x2", b"2x", b"2 2", b"2,2", b"2, 2", b"2,3",
                   b",2", b"2,", b"2;", b"2;a", b"(2)", b'"2"', b"'2'", b"\x002", b"2\x00", b"\x0b2", b"2\x0b", b"\x0c2",
                   b"2\r", b"2\n", b"2\xa0", b"\xa02", b"\xef\xbc\x92", b"\xd9\xa2", b"two", b"NaN", b"Infinity", b"null",
                   b"true", b"0b10", b"0o2", b"2_", b"2'0", b"1 000", b"1,000", b"1_000", b"-0", b"+0", b"--2", b"2-", b"2+",
                   b"18446744073709551615", b"18446744073709551616", b"18446744073709551618", b"36893488147419103234",
                   b"9223372036854775808", b"4294967298", b"99999999999999999999999999", b"9" * 500, b"%32", b"&2", b"2%",
                   b"$2", b"2/1", b"2:2", b"\t\t", b"2\t2"]

TRANSFER_ENCODINGS = [b"", b" ", b"identity", b"gzip", b"deflate", b"compress", b"x", b"xchunked", b"chunkedx", b"chunke",
                      b"hunked", b"chunked,", b",chunked", b"chunked, ", b"chunked,chunked", b"chunked, chunked",
                      b"chunked, identity", b"identity, chunked", b"gzip, chunked", b"chunked, gzip", b"chunked;q=1",
                      b"chunked; a=b", b"chunked;", b'"chunked"', b"'chunked'", b"(chunked)", b"chunked chunked",
                      b"chunked\x00", b"\x00chunked", b"chunked\x0b", b"\x0bchunked", b"chunked\x0c", b"\x0cchunked",
                      b"\xa0chunked", b"chunked\xa0", b"chunked\x7f", b"\x01chunked", b"chunked\x1f", b"ch\x00unked",
                      b"chunked\r", b"chunked\n", b"\nchunked", b"\rchunked", b"chunked\r ", b"chun ked", b"chunk\ted",
                      b"c\xc4\xa5unked", b"\xef\xbd\x83hunked", b"chunked/1.0", b"chunked=1", b"=chunked", b"chunked:",
                      b":chunked", b"chunked\\", b"%63hunked", b"identity;chunked", b"trailers", b"chunked trailers",
                      b"cow", b"x-chunked", b"chunked-x", b"0", b"2", b"null", b"chunked\xe2\x80\xa8", b"CHUNKED,"]

CHUNKED_BODIES = [
    b"\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"+2\r\n{}\r\n0\r\n\r\n", b"0x2\r\n{}\r\n0\r\n\r\n", b"x2\r\n{}\r\n0\r\n\r\n",
    b"2h\r\n{}\r\n0\r\n\r\n", b"g\r\n{}\r\n0\r\n\r\n", b"2.0\r\n{}\r\n0\r\n\r\n", b"2,2\r\n{}\r\n0\r\n\r\n", b"2 2\r\n{}\r\n0\r\n\r\n",
    b"2_\r\n{}\r\n0\r\n\r\n", b"\xef\xbc\x92\r\n{}\r\n0\r\n\r\n", b"10000000000000002\r\n{}\r\n0\r\n\r\n",
    b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n", b"fffffffffffffffff2\r\n{}\r\n0\r\n\r\n", b"8000000000000002\r\n{}\r\n0\r\n\r\n",
    b"100000002\r\n{}\r\n0\r\n\r\n", b"2\n{}\r\n0\r\n\r\n", b"2\r{}\r\n0\r\n\r\n", b"2\r\n{}\n0\r\n\r\n", b"2\r\n{}\r0\r\n\r\n",
    b"2\r\n{}0\r\n\r\n", b"2\r\n{}\r\n0\n\r\n", b"2\r\n{}\r\n0\r\r\n", b"2\n{}\n0\n\n", b"2\r\n{}x\r\n0\r\n\r\n", b"1\r\n{}\r\n0\r\n\r\n",
    b"2\r\n{}  \r\n0\r\n\r\n", b"2\r\n{}\r\n\r\n0\r\n\r\n", b"2\r\r\n{}\r\n0\r\n\r\n", b"2\n\r\n{}\r\n0\r\n\r\n",
    b"2;\n\r\n{}\r\n0\r\n\r\n", b"2;a\n{}\r\n0\r\n\r\n", b"2;a=\nb\r\n{}\r\n0\r\n\r\n", b"2;a=\rb\r\n{}\r\n0\r\n\r\n",
    b"2;\x00\r\n{}\r\n0\r\n\r\n", b"2;a=\x00\r\n{}\r\n0\r\n\r\n", b'2;a="\r\n{}\r\n0\r\n\r\n', b'2;a="\n"\r\n{}\r\n0\r\n\r\n',
    b"2\r\n{}\r\n0\r\nno colon\r\n\r\n", b"2\r\n{}\r\n0\r\n: no name\r\n\r\n", b"2\r\n{}\r\n0\r\nX-A : b\r\n\r\n",
    b"2\r\n{}\r\n0\r\nX-A: b\r\n folded\r\n\r\n", b"2\r\n{}\r\n0\r\nX-A: b\nX-C: d\r\n\r\n", b"2\r\n{}\r\n0\r\nX-A: \x00\r\n\r\n",
    b"2\r\n{}\r\n0\r\nX(A): b\r\n\r\n", b"2\r\n{}\r\n00\r\n0\r\n", b"2\r\n{}\r\n0;\x00\r\n\r\n", b"2\r\n{}\r\n-0\r\n\r\n",
    b"2\r\n{}\r\n0x0\r\n\r\n", b"2\r\n{}\r\n 0\r\n\r\n", b"2\r\n{}\r\n0 0\r\n\r\n", b"{}", b"{}\r\n0\r\n\r\n", b"2{}0\r\n\r\n"]

METHODS = [b"TRACE", b"CONNECT", b"PUT", b"PROPFIND", b"PROPPATCH", b"MKCOL", b"COPY", b"MOVE", b"LOCK", b"UNLOCK", b"SEARCH",
           b"BIND", b"REPORT", b"LINK", b"UNLINK", b"PURGE", b"TRACK", b"DEBUG", b"QUERY", b"M-SEARCH", b"NOTIFY", b"SUBSCRIBE",
           b"get", b"Post", b"post", b"GETT", b"GE", b"G", b"POSTPOST", b"GET_", b"X" * 300, b"__proto__", b"0", b"PRI"]

MEDIA_TYPES = [b"text/plain", b"text/json", b"text/html", b"application/xml", b"application/jsonx", b"application/json5",
               b"application/jso", b"application", b"application/", b"/json", b"*/*", b"application/*",
               b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=a", b"application/json, text/plain",
               b"application/json text/plain", b"application /json", b"application/ json", b"application/vnd.api+json",
               b"application/json\x01", b'"application/json"', b"application/x-ndjson", b"application/octet-stream",
               b"application\\json", b"text/plain; application/json", b"application/xjson;", b";application/json", b""]
