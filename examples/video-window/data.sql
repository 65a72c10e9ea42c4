-- Video window: made-up families, the same ones every time. "Today" is 1 November 2026.
-- People and mail domains are invented; identifiers lie outside of what is reserved for examples.

SET client_min_messages = warning;
SET search_path = public;

CREATE FUNCTION pg_temp.h(i bigint, what text) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT hashint8extended(i, hashtextextended(what, 11)) & 9223372036854775807 $$;
CREATE FUNCTION pg_temp.one_of(i bigint, what text, choices text[]) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT choices[1 + pg_temp.h(i, what) % cardinality(choices)] $$;
CREATE FUNCTION pg_temp.moment(i bigint, what text, days integer) RETURNS timestamp LANGUAGE sql STABLE
    AS $$ SELECT TIMESTAMP '2026-11-01 00:00' - make_interval(secs => pg_temp.h(i, what) % (days * 86400)) $$;
CREATE FUNCTION pg_temp.hex(i bigint, what text, length integer) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT left(encode(sha256(convert_to(what || i, 'UTF8')), 'hex'), length) $$;
CREATE FUNCTION pg_temp.ip(i bigint, what text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT '84.' || pg_temp.h(i, what) % 200 || '.' || pg_temp.h(i, what || 'b') % 250 || '.' || 1 + pg_temp.h(i, what || 'c') % 250 $$;
CREATE FUNCTION pg_temp.first(i bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT pg_temp.one_of(i, 'first', ARRAY[
    'Sigrid', 'Oskar', 'Märta', 'Gustav', 'Elin', 'Åke', 'Freja', 'Mikkel', 'Søren', 'Annika', 'Väinö', 'Aino', 'Björn', 'Linnéa',
    'Rasmus', 'Maja', 'Nils', 'Ebba', 'Torsten', 'Kerstin', 'Lone', 'Jørn', 'Helmi', 'Eero']) $$;
CREATE FUNCTION pg_temp.last(i bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT pg_temp.one_of(i, 'last', ARRAY[
    'Bergström', 'Holmgren', 'Sjögren', 'Lundqvist', 'Nyström', 'Ekblad', 'Kjærgaard', 'Mortensen', 'Thomsen', 'Virtanen',
    'Korhonen', 'Mäkinen', 'Hedlund', 'Åkesson', 'Forsberg', 'Wallin', 'Dahlgaard', 'Skovgaard', 'Nieminen', 'Rantala']) $$;
CREATE FUNCTION pg_temp.mail(i bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT lower(translate(pg_temp.first(i) || '.' || pg_temp.last(i), 'åäöæøéÅÄÖØ', 'aaoaoeAAOO')) || i || '@'
           || pg_temp.one_of(i, 'host', ARRAY['norrpost.se', 'fjordnet.dk', 'saimaapost.fi']) $$;
CREATE FUNCTION pg_temp.tel(i bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT '+46 70 ' || 200 + pg_temp.h(i, 'tel') % 700 || ' ' || lpad((i * 37 % 100)::text, 2, '0') || ' ' || lpad((pg_temp.h(i, 't2') % 100)::text, 2, '0') $$;

INSERT INTO serverpod_migrations (module, version, "timestamp") VALUES ('serverpod', '20240516151843329', '2026-03-01'), ('video_window', '20260901101112', '2026-09-01');
INSERT INTO serverpod_method (endpoint, method) VALUES ('call', 'start'), ('call', 'end'), ('profile', 'update'), ('serverpod_auth.email', 'authenticate');
INSERT INTO serverpod_runtime_settings ("logSettings", "logSettingsOverrides", "logServiceCalls", "logMalformedCalls") VALUES ('{"logLevel": 1,  "logAllSessions": false}', '[]', false, false);
INSERT INTO serverpod_health_metric (name, "serverId", "timestamp", "isHealthy", value, granularity)
SELECT 'serverpod_cpu', 'default', TIMESTAMP '2026-10-31' - make_interval(mins => i), true, pg_temp.h(i, 'cpu') % 100 / 100.0, 1 FROM generate_series(1, 500) AS i;
INSERT INTO serverpod_health_connection_info ("serverId", "timestamp", active, closing, idle, granularity)
SELECT 'default', TIMESTAMP '2026-10-31' - make_interval(mins => i), pg_temp.h(i, 'active') % 20, 0, 5, 1 FROM generate_series(1, 500) AS i;
INSERT INTO serverpod_read_write_test (number) VALUES (421337);

INSERT INTO serverpod_user_info ("userIdentifier", "userName", "fullName", email, created, "imageUrl", "scopeNames", blocked)
SELECT CASE WHEN i % 4 = 0 THEN (100000000000000 + pg_temp.h(i, 'google') % 899999999999999)::text ELSE pg_temp.mail(i) END,
    pg_temp.first(i) || CASE WHEN i % 2 = 0 THEN '_' || left(pg_temp.last(i), 3) || i ELSE '' END, pg_temp.first(i) || ' ' || pg_temp.last(i), pg_temp.mail(i),
    pg_temp.moment(i, 'created', 900), 'https://images.videowindow.se/serverpod/user_images/' || i || '-' || pg_temp.hex(i, 'image', 12) || '.jpg',
    CASE WHEN i = 1 THEN '["serverpod.admin"]' ELSE '[]' END::json, i % 97 = 0
FROM generate_series(1, 1500) AS i;
INSERT INTO serverpod_auth_key ("userId", hash, "scopeNames", method)
SELECT 1 + i % 1500, pg_temp.hex(i, 'auth key', 64), '[]', (ARRAY['email', 'google'])[1 + i % 2] FROM generate_series(1, 2500) AS i;
INSERT INTO serverpod_email_auth ("userId", email, hash)
SELECT i, pg_temp.mail(i), '$argon2id$v=19$m=19456,t=2,p=1$' || left(encode(decode(pg_temp.hex(i, 'salt', 32), 'hex'), 'base64'), 22) || '$' || left(encode(decode(pg_temp.hex(i, 'pw', 64), 'hex'), 'base64'), 43)
FROM generate_series(1, 1500) AS i WHERE i % 4 > 0;
INSERT INTO serverpod_email_create_request ("userName", email, hash, "verificationCode")
SELECT pg_temp.first(i), pg_temp.mail(i), pg_temp.hex(i, 'create', 64), upper(pg_temp.hex(i, 'code', 8)) FROM generate_series(2001, 2060) AS i;
INSERT INTO serverpod_email_failed_sign_in (email, "time", "ipAddress")
SELECT pg_temp.mail(1 + i % 1500), pg_temp.moment(i, 'failed', 60), pg_temp.ip(i, 'failed ip') FROM generate_series(1, 400) AS i;
INSERT INTO serverpod_email_reset ("userId", "verificationCode", expiration) SELECT i, pg_temp.hex(i, 'reset', 8), pg_temp.moment(i, 'reset', 1) FROM generate_series(1, 1500, 50) AS i;
INSERT INTO serverpod_google_refresh_token ("userId", "refreshToken") SELECT i, '{"access_token":"ya29.' || pg_temp.hex(i, 'ya', 50) || '","email":"' || pg_temp.mail(i) || '"}' FROM generate_series(4, 1500, 4) AS i;
INSERT INTO serverpod_user_image ("userId", version, url) SELECT i, 1, 'https://images.videowindow.se/serverpod/user_images/' || i || '-' || pg_temp.hex(i, 'image', 12) || '.jpg' FROM generate_series(1, 1500, 2) AS i;
-- A JPEG of no picture, with an Exif segment that says where it was taken.
INSERT INTO serverpod_cloud_storage ("storageId", path, "addedTime", "byteData", verified)
SELECT 'private', 'recordings/' || lower(translate(pg_temp.last(i), 'åäöæøé', 'aaoaoe')) || '/' || pg_temp.hex(i, 'file', 12) || '.jpg', pg_temp.moment(i, 'file', 300),
    '\xffd8ffe1'::bytea || '\x0046'::bytea || convert_to('Exif', 'UTF8') || '\x0000'::bytea || convert_to(rpad(pg_temp.mail(i), 62, ' '), 'UTF8') || '\xffd9'::bytea, true
FROM generate_series(1, 200) AS i;
INSERT INTO serverpod_cloud_storage_direct_upload ("storageId", path, expiration, "authKey")
SELECT 'private', 'uploads/' || pg_temp.hex(i, 'upload', 12), pg_temp.moment(i, 'upload', 1), pg_temp.hex(i, 'upload key', 24) FROM generate_series(1, 20) AS i;
INSERT INTO serverpod_future_call (name, "time", "serializedObject", "serverId", identifier)
SELECT 'birthdayReminder', pg_temp.moment(i, 'call', 30) + interval '40 days', '{"userId":' || i || ',"email":"' || pg_temp.mail(i) || '","name":"' || pg_temp.first(i) || '"}', 'default', 'birthday-' || i
FROM generate_series(1, 1500, 10) AS i;
INSERT INTO serverpod_session_log ("serverId", "time", module, endpoint, method, duration, "numQueries", slow, error, "stackTrace", "authenticatedUserId", "isOpen", touched)
SELECT 'default', pg_temp.moment(i, 'session', 60), 'video_window', 'profile', 'update', pg_temp.h(i, 'd') % 1000 / 1000.0, pg_temp.h(i, 'q') % 9, false,
    CASE WHEN i % 20 = 0 THEN 'FormatException: Invalid email: ' || pg_temp.mail(1 + i % 1500) END, CASE WHEN i % 20 = 0 THEN E'#0      ProfileEndpoint.update (package:video_window/profile.dart:88:7)\n' END,
    1 + i % 1500, false, pg_temp.moment(i, 'session', 60) + interval '1 second'
FROM generate_series(1, 3000) AS i;
INSERT INTO serverpod_log ("sessionLogId", reference, "serverId", "time", "logLevel", message, "order")
SELECT i, NULL, 'default', pg_temp.moment(i, 'session', 60), 1 + i % 3, 'Push to ' || pg_temp.first(1 + i % 1500) || ' ' || pg_temp.last(1 + i % 1500) || ' from ' || pg_temp.ip(i, 'log ip'), 1 FROM generate_series(1, 3000, 2) AS i;
INSERT INTO serverpod_query_log ("serverId", "sessionLogId", query, duration, "numRows", slow, "order")
SELECT 'default', i, 'SELECT * FROM serverpod_user_info WHERE email = ''' || pg_temp.mail(1 + i % 1500) || '''', 0.7, 1, true, 2 FROM generate_series(1, 3000, 25) AS i;
INSERT INTO serverpod_message_log ("sessionLogId", "serverId", "messageId", endpoint, "messageName", duration, slow, "order")
SELECT i, 'default', i, 'call', 'IceCandidate', 0.01, false, 3 FROM generate_series(1, 3000, 30) AS i;

INSERT INTO household (name, address, "postalCode", city, "contactPhone")
SELECT 'Familjen ' || pg_temp.last(i), pg_temp.one_of(i, 'street', ARRAY['Storgatan', 'Björkvägen', 'Kyrkogatan']) || ' ' || 1 + i % 99, (11000 + pg_temp.h(i, 'pc') % 80000)::text,
    pg_temp.one_of(i, 'city', ARRAY['Uppsala', 'Västerås', 'Umeå', 'Malmö']), pg_temp.tel(i) FROM generate_series(1, 500) AS i;
INSERT INTO member ("householdId", "userId", nickname, birthday, relation)
SELECT 1 + i % 500, i, CASE WHEN i % 3 = 0 THEN 'Mormor ' ELSE '' END || pg_temp.first(i), DATE '2018-01-01' - (pg_temp.h(i, 'born') % 30000)::integer, (ARRAY['parent', 'grandparent', 'child'])[1 + i % 3]
FROM generate_series(1, 1500) AS i;
INSERT INTO device ("householdId", serial, mac, "lastIp", "pushToken", firmware, location, "addedBy")
SELECT 1 + i % 500, 'VW-' || lpad((i * 104729 % 1000000)::text, 6, '0'), ('00:1b:63:' || pg_temp.hex(i, 'm1', 2) || ':' || pg_temp.hex(i, 'm2', 2) || ':' || lpad(to_hex(i % 256), 2, '0'))::macaddr,
    pg_temp.ip(i, 'device ip')::inet, pg_temp.hex(i, 'push', 22) || ':APA91b' || pg_temp.hex(i, 'push2', 60), '3.' || i % 9 || '.1', point(11 + pg_temp.h(i, 'lon') % 90000 / 10000.0, 55 + pg_temp.h(i, 'lat') % 110000 / 10000.0), 1 + i % 1500
FROM generate_series(1, 800) AS i;
INSERT INTO call (room, "fromDevice", "toDevice", during, quality, "iceCandidates")
SELECT pg_temp.hex(i, 'room', 32)::uuid, 1 + i % 800, 1 + (i + 17) % 800, tstzrange(pg_temp.moment(i, 'call at', 100), pg_temp.moment(i, 'call at', 100) + make_interval(mins => 1 + i % 50)), 1 + pg_temp.h(i, 'quality') % 400 / 100.0,
    jsonb_build_array(jsonb_build_object('candidate', 'candidate:1 1 UDP 2122252543 ' || pg_temp.ip(i, 'ice') || ' 54321 typ host', 'sdpMid', '0'))
FROM generate_series(1, 2500) AS i;
INSERT INTO message ("callId", "authorId", body, attachments, "sentAt")
SELECT 1 + i % 2500, 1 + i % 1500, pg_temp.one_of(i, 'body', ARRAY['Hej ', 'Tack ', 'Grattis ', 'God natt ']) || pg_temp.first(i) || CASE WHEN i % 5 = 0 THEN '! Ring mig på ' || pg_temp.tel(i) || ' eller skriv till ' || pg_temp.mail(1 + i % 1500) ELSE ' 😊' END,
    CASE WHEN i % 11 = 0 THEN jsonb_build_array(jsonb_build_object('name', pg_temp.first(i) || '.jpg', 'url', 'https://images.videowindow.se/' || pg_temp.hex(i, 'att', 16))) ELSE '[]' END, pg_temp.moment(i, 'sent', 90)
FROM generate_series(1, 4000) AS i;
INSERT INTO invitation ("householdId", email, token, "invitedBy") SELECT 1 + i % 500, pg_temp.mail(5000 + i), pg_temp.hex(i, 'invite', 32), 1 + i % 1500 FROM generate_series(1, 300) AS i;
