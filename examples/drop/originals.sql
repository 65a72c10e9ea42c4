-- The original identifying values in Drop's production data, once each: (kind text, value text).
--
-- None of these may be anywhere in a masked copy, whatever its form. Values shorter than six characters are left
-- out, since they turn up in any dump by chance; so are values that identify nobody on their own (a first name, a
-- city, a date of birth), and street addresses. What only occurs inside text or JSON is cut out of there.

SELECT min(kind) AS kind, value
FROM (
    -- Names, as "First Last".
    SELECT 'full name' AS kind, first_name || ' ' || last_name AS value FROM public.users
    UNION ALL
    SELECT 'full name', first_name || ' ' || last_name FROM public.users_history
    UNION ALL
    SELECT 'full name', holder_name FROM public.bank_accounts
    UNION ALL
    SELECT 'full name', first_name || ' ' || last_name FROM public.recipients
    UNION ALL
    SELECT 'full name', account_holder FROM public.recipients
    UNION ALL
    SELECT 'full name', contact_name FROM public.merchants
    UNION ALL
    SELECT 'full name', filed_by FROM public.str_reports
    UNION ALL
    SELECT 'full name', full_name FROM public.customer_overview
    UNION ALL
    SELECT 'full name', alias.value
    FROM public.screening_results, jsonb_path_query(result, '$.hits[*].matched.aliases[*]') AS name,
         LATERAL (SELECT name #>> '{}' AS value) AS alias
    UNION ALL
    SELECT 'full name', substring(body FROM 'Kunden (.+) \(nå ') FROM support.tickets_archive
    UNION ALL
    SELECT 'full name', substring(value FROM '^(.+) <') FROM public.settings WHERE key = 'support.on_call'
    UNION ALL
    SELECT 'name in capitals', cardholder_name FROM public.cards
    UNION ALL
    SELECT 'decomposed name', substring("Weird ""Column""" FROM '^Snakket med (.+)$') FROM public."User Notes"

    -- Mailboxes: those in columns of their own, then those inside lists, JSON, keys and text.
    UNION ALL
    SELECT 'e-mail', email::text FROM public.users
    UNION ALL
    SELECT 'e-mail', email::text FROM public.users_history
    UNION ALL
    SELECT 'e-mail', email::text FROM public.recipients
    UNION ALL
    SELECT 'e-mail', contact_email::text FROM public.merchants
    UNION ALL
    SELECT 'e-mail', assigned_to::text FROM public.aml_alerts
    UNION ALL
    SELECT 'e-mail', approved_by::text FROM public.spending_limits
    UNION ALL
    SELECT 'e-mail', requested_by::text FROM public.data_access_requests
    UNION ALL
    SELECT 'e-mail', requester::text FROM support.tickets
    UNION ALL
    SELECT 'e-mail', email FROM public.login_attempts WHERE email LIKE '%@%'
    UNION ALL
    SELECT 'e-mail', contact FROM public.users, unnest(other_contacts) AS contact WHERE contact LIKE '%@%'
    UNION ALL
    SELECT 'e-mail', preferences -> 'receipts_to' FROM public.users
    UNION ALL
    SELECT 'e-mail', unnest(sent_to) FROM public.notifications WHERE channel = 'email'
    UNION ALL
    SELECT 'e-mail', substring(value FROM '<(.+@.+)>') FROM public.settings WHERE key = 'support.on_call'
    UNION ALL
    SELECT 'e-mail', substr(key, 7) FROM public.rate_limits WHERE key LIKE 'reset:%'
    UNION ALL
    SELECT 'e-mail', found.value[1]
    FROM public.audit_log, regexp_matches(details::text, '[^"@ ]+@[^"@ ]+', 'g') AS found (value)
    UNION ALL
    SELECT 'e-mail', found.value[1]
    FROM public.data_access_requests, regexp_matches(export::text, '[^"@ ]+@[^"@ ]+', 'g') AS found (value)

    -- Telephones: E.164 first, then as people type them.
    UNION ALL
    SELECT 'phone', phone FROM public.users
    UNION ALL
    SELECT 'phone', phone FROM public.users_history
    UNION ALL
    SELECT 'phone', phone FROM public.recipients
    UNION ALL
    SELECT 'phone', contact_phone FROM public.merchants
    UNION ALL
    SELECT 'phone', unnest(sent_to) FROM public.notifications WHERE channel = 'sms'
    UNION ALL
    SELECT 'phone', substring(body FROM '[+]47[0-9]{8}') FROM public.notifications
    UNION ALL
    SELECT 'phone', substring(body FROM '[+]47[0-9]{8}') FROM support.tickets
    UNION ALL
    SELECT 'phone', substring(details::text FROM '[+]47[0-9]{8}') FROM public.audit_log
    UNION ALL
    SELECT 'phone', substr(key, 5) FROM public.rate_limits WHERE key LIKE 'otp:%'
    UNION ALL
    SELECT 'typed phone', substring(typed.value FROM '[49][0-9]{2} [0-9]{2} [0-9]{3}')
    FROM (
        SELECT unnest(other_contacts) FROM public.users
        UNION ALL
        SELECT note FROM public.recipients
        UNION ALL
        SELECT contact FROM public.complaints
        UNION ALL
        SELECT body FROM public.complaints
        UNION ALL
        SELECT narrative FROM public.str_reports
        UNION ALL
        SELECT details ->> 'note' FROM public.audit_log
    ) AS typed (value)

    -- Accounts.
    UNION ALL
    SELECT 'account number', account_number FROM public.bank_accounts
    UNION ALL
    SELECT 'iban', iban FROM public.bank_accounts
    UNION ALL
    SELECT 'iban', bank_account FROM public.recipients
    UNION ALL
    SELECT 'iban', payout_iban FROM public.merchants
    UNION ALL
    SELECT 'iban', substring(description FROM '[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}') FROM public.transactions

    -- National identity numbers: hashed, and in the clear where somebody typed one, with and without a space.
    UNION ALL
    SELECT 'national id hash', national_id_hash FROM public.users
    UNION ALL
    SELECT 'national id', substring(narrative FROM 'fødselsnummer ([0-9]{6} ?[0-9]{5})') FROM public.str_reports
    UNION ALL
    SELECT 'passport number', jsonb_path_query(result, '$.applicant.documents[*].number') #>> '{}'
    FROM public.screening_results

    -- Network addresses.
    UNION ALL
    SELECT 'ip address', host(last_login_ip) FROM public.users
    UNION ALL
    SELECT 'ip address', host(ip_address) FROM public.sessions
    UNION ALL
    SELECT 'ip address', host(ip_address) FROM public.audit_log
    UNION ALL
    SELECT 'ip address', host(ip_address) FROM public.consents
    UNION ALL
    SELECT 'ip address', host(ip_address) FROM public.login_attempts
    UNION ALL
    SELECT 'ip address', metadata #>> '{device,ip}' FROM public.transactions
    UNION ALL
    SELECT 'ip address', details #>> '{device,ip}' FROM public.audit_log
    UNION ALL
    SELECT 'ip address', substring(body FROM '^Innlogging fra ([^ ]+) ') FROM public.notifications
    UNION ALL
    SELECT 'ip address', substring(key FROM '^(?:login|api:usr_[0-9a-f]+):(.+)$') FROM public.rate_limits

    -- Tokens and secrets.
    UNION ALL
    SELECT 'session token', token FROM public.sessions
    UNION ALL
    SELECT 'refresh token', refresh_token FROM public.sessions
    UNION ALL
    SELECT 'push token', push_token FROM public.sessions
    UNION ALL
    SELECT 'card token', token FROM public.cards
    UNION ALL
    SELECT 'secret', value
    FROM public.settings
    WHERE key IN ('api_token', 'totp_secret', 'smtp.password', 'sumsub.app_token', 'payments.api_key')
    UNION ALL
    SELECT 'secret', email FROM public.login_attempts WHERE email LIKE 'Hemmelig%'

    -- Files named after their owner.
    UNION ALL
    SELECT 'document name', file_name FROM public.kyc_documents
    UNION ALL
    SELECT 'document name', jsonb_path_query(result, '$.applicant.documents[*].file') #>> '{}'
    FROM public.screening_results
) AS original
WHERE length(value) >= 6
GROUP BY value
ORDER BY kind, value;
