#!/usr/bin/env python3
"""Writes the labelled corpus of the detectors beside itself: always the same bytes.

Nobody's data: names are drawn from lists, numbers are computed, and no address was ever looked up.
columns.jsonl: {"column", "kind" or null, "cells"}; texts.jsonl: {"lang", "text", "kinds"}.
"""
import base64, gzip, json, os, random
from urllib.parse import quote

R = random.Random(20261121)
HERE = os.path.dirname(os.path.abspath(__file__))
GIVEN = "Kari Ola Ingrid Knut Marit Lars Astrid Sara Emil Nora Henrik Julie".split()
ENGLISH = "Mary James Susan Robert Emily Thomas Laura Andrew".split()
FAMILY = "Hansen Johansen Olsen Larsen Andersen Nilsen Haugen Solberg Lunde Myhre".split()
SURNAMES = "Smith Jones Taylor Brown Wilson Evans Walker Wright Hughes Cooper".split()
FIRMS = "fjordpost bergenmail nordlyset havgapet skogvang elvebredd tindeweb".split()
TOPS = "no se dk fi de com co.uk io".split()
MADE_UP = "Rypestup Skarvtjern Embermoor Ravenholt Gaupefoss Lomvidde Molteskar Thistlewick".split()


def digits(n):
    return "".join(R.choice("0123456789") for _ in range(n))


def alnum(n, alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"):
    return "".join(R.choice(alphabet) for _ in range(n))


def mod11(body, weights):
    check = -sum(int(d) * w for d, w in zip(body, weights)) % 11
    return None if check == 10 else str(check)


def luhn(body):
    total = 0
    for at, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value // 10 + value % 10
    return str(-total % 10)


def retry(make):
    while True:
        made = make()
        if made:
            return made


def fnr():
    def make():
        body = f"{R.randint(1, 28):02}{R.randint(1, 12):02}{R.randint(40, 99):02}{R.randint(0, 499):03}"
        first = mod11(body, [3, 7, 6, 1, 8, 9, 4, 5, 2])
        second = first and mod11(body + first, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
        return second and body + first + second
    return retry(make)


def personnummer(century=True):
    year = R.choice([1948, 1955, 1959, 1992, 1995, 2001])
    body = f"{year % 100:02}{R.randint(1, 12):02}{R.randint(1, 28):02}{R.choice(['123', '451', '777', '302', '614'])}"
    number = f"{body[:6]}-{body[6:]}{luhn(body)}"
    return (str(year // 100) if century else "") + number


def cpr():
    return f"{R.randint(1, 28):02}{R.randint(1, 12):02}{R.randint(0, 99):02}-{digits(4)}"


def hetu():
    body = f"{R.randint(1, 28):02}{R.randint(1, 12):02}{R.randint(40, 99):02}"
    number = f"{R.randint(2, 899):03}"
    return f"{body}-{number}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(body + number) % 31]}"


def account():
    def make():
        body = R.choice(["1503", "8601", "3201", "9710"]) + digits(6)
        check = mod11(body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
        return check and body + check
    return retry(make)


def iban():
    country, bban = R.choice([("NO", account()), ("DE", "50010517" + digits(10)), ("GB", "BUKB202015" + digits(8))])
    rearranged = "".join(str(int(c, 36)) for c in bban + country + "00")
    return f"{country}{98 - int(rearranged) % 97:02}{bban}"


def pan():
    body = R.choice(["492512", "541234", "453998"]) + digits(9)
    return body + luhn(body)


def orgnr():
    def make():
        body = R.choice("89") + digits(7)
        check = mod11(body, [3, 2, 7, 6, 5, 4, 3, 2])
        return check and body + check
    return retry(make)


def vat():
    body = R.choice("12345678") + digits(7)
    product = 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return R.choice([f"DE{body}{(11 - product) % 10}", f"NO{orgnr()}MVA"])


def mrz_check(text):
    return str(sum(int(c, 36) * w if c != "<" else 0 for c, w in zip(text, [7, 3, 1] * 20)) % 10)


def mrz():
    number = alnum(2, "ABCDEFGH") + digits(7)
    born = f"{R.randint(40, 99):02}{R.randint(1, 12):02}{R.randint(1, 28):02}"
    until = f"{R.randint(27, 35):02}{R.randint(1, 12):02}{R.randint(1, 28):02}"
    state = R.choice(["NOR", "SWE", "GBR", "D<<"])
    line = number + mrz_check(number) + state + born + mrz_check(born) + R.choice("MF") + until + mrz_check(until) + "<" * 14
    line += "<" if R.random() < 0.5 else "0"
    line += mrz_check(line[:10] + line[13:20] + line[21:43])
    names = f"P<{state}{R.choice(FAMILY).upper()}<<{R.choice(GIVEN).upper()}"
    return names.ljust(44, "<") + "\n" + line


def email():
    name = f"{R.choice(GIVEN + ENGLISH).lower()}.{R.choice(FAMILY + SURNAMES).lower()}"
    return f"{name}{R.choice(['', str(R.randint(1, 99)), '+ny'])}@{R.choice(FIRMS)}.{R.choice(TOPS)}"


def phone():
    n = digits
    mobile = R.choice("49") + R.choice("01345678") + n(6)
    return R.choice([
        f"+47{mobile}", f"+47 {mobile[:3]} {mobile[3:5]} {mobile[5:]}", f"0047{mobile}", f"+46 70 {R.randint(200, 999)} {n(2)} {n(2)}",
        f"+45 2{n(1)} {n(2)} {n(2)} {n(2)}", f"+358 40 {R.randint(100, 999)}{n(4)}", f"+49 151 {R.randint(20000000, 99999999)}",
        f"+44 7911 {n(6)}", f"+1 202-4{n(2)}-{n(4)}", f"+33 6 1{n(1)} {n(2)} {n(2)} {n(2)}",
    ])


def national_phone():
    mobile = R.choice("49") + R.choice("01345678") + digits(6)
    return R.choice([mobile, f"{mobile[:3]} {mobile[3:5]} {mobile[5:]}", f"22 {R.randint(40, 49)} {digits(2)} {digits(2)}"])


def ip():
    return R.choice([f"84.{R.randint(200, 215)}.{R.randint(1, 254)}.{R.randint(1, 254)}", f"2a02:2121:{R.randint(1, 9999):x}::{R.randint(1, 9999):x}"])


def secret():
    small = "0123456789abcdef"
    token = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps({"sub": digits(6)}).encode()).decode().rstrip("=")
    return R.choice([
        "AK" + "IA" + alnum(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), "sk_" + "live_" + alnum(24), "gh" + "p_" + alnum(36),
        "xo" + "xb-" + digits(11) + "-" + alnum(12), "AI" + "za" + alnum(35), "npm" + "_" + alnum(36), "glp" + "at-" + alnum(20),
        "S" + "K" + alnum(32, small), "SG" + "." + alnum(22) + "." + alnum(43), "h" + "f_" + alnum(34), "sh" + "pat_" + alnum(32, small),
        f"{token}.{body}.{alnum(43)}", f"postgres://app:{alnum(12)}@db.internal/app",
        "$2b$12$" + alnum(53),
    ])


def mac():
    return ":".join([R.choice(["00", "08", "3c", "a4"]), "1b", "63"] + [alnum(2, "0123456789abcdef") for _ in range(3)])


def name():
    return R.choice([f"{R.choice(GIVEN)} {R.choice(FAMILY)}", f"{R.choice(ENGLISH)} {R.choice(SURNAMES)}"])


def born():
    y, m, d = R.randint(1940, 2005), R.randint(1, 12), R.randint(1, 28)
    return R.choice([f"{y}-{m:02}-{d:02}", f"{d:02}.{m:02}.{y}", f"{d}. mai {y}"])


def street():
    return R.choice([f"Storgata {R.randint(1, 99)}", f"Kirkeveien {R.randint(1, 99)}B", f"{R.randint(1, 99)} Baker Street", f"{R.randint(1, 99)} Church Road"])


def place():
    return f"{R.uniform(58, 70):.5f}, {R.uniform(5, 25):.5f}"


def wrapped():
    text = f"kunde {email()} har ringt"
    return R.choice([
        lambda: base64.b64encode(text.encode()).decode(), lambda: text.encode().hex(),
        lambda: base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode(), lambda: quote(text, safe=""),
    ])()


COLUMNS = [
    ("email", "e-mail address", email), ("contact", "e-mail address", email), ("phone", "phone number", phone),
    ("c_17", "phone number", phone), ("mobil", "phone number", national_phone), ("iban", "IBAN", iban), ("c_3", "IBAN", iban),
    ("kontonummer", "account number", account), ("c_4", "account number", account), ("fnr", "national identity number", fnr),
    ("c_5", "national identity number", fnr), ("personnummer", "national identity number", personnummer),
    ("c_6", "national identity number", lambda: personnummer(False)), ("cpr", "national identity number", cpr),
    ("hetu", "national identity number", hetu), ("c_7", "national identity number", hetu),
    ("nino", "national identity number", lambda: f"AB{digits(6)}{R.choice('ABCD')}"),
    ("ssn", "national identity number", lambda: f"{R.randint(1, 665):03}-{R.randint(1, 99):02}-{R.randint(1, 9999):04}"),
    ("card_number", "card number", pan), ("c_8", "card number", pan), ("orgnr", "organisation number", orgnr),
    ("c_9", "organisation number", orgnr), ("vat_number", "VAT number", vat), ("bic", "code of a bank", lambda: R.choice(["DNBANOKK", "NDEASESS", "DEUTDEFF", "BUKBGB22XXX"])),
    ("mrz", "machine-readable zone of a travel document", mrz), ("mac_address", "hardware address", mac), ("c_10", "hardware address", mac),
    ("ip", None, ip), ("token", None, secret), ("full_name", "person's name", name), ("last_name", "person's name", lambda: R.choice(FAMILY + SURNAMES)),
    ("date_of_birth", "date of birth", born), ("address", "street address", street), ("location", "place on the globe", place),
    ("payload", "e-mail address", wrapped),
]


def synthetic_name():
    return f"{R.choice(GIVEN + ENGLISH)} {R.choice(MADE_UP)}"


def synthetic_fnr():
    def make():
        body = f"{R.randint(1, 28):02}{R.randint(81, 92):02}{R.randint(40, 99):02}{R.randint(0, 499):03}"
        first = mod11(body, [3, 7, 6, 1, 8, 9, 4, 5, 2])
        second = first and mod11(body + first, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
        return second and body + first + second
    return retry(make)


WORDS = "levert betalt ordre faktura venter åpen lukket ny gammel rød blå stor liten vinter sommer report blue pending shipped draft".split()
NOTHING = [
    ("email", lambda: f"{R.choice(GIVEN).lower()}.{R.choice(MADE_UP).lower()}@example.com"), ("phone", lambda: f"+4720{digits(6)}"),
    ("mobil", lambda: f"20 {digits(2)} {digits(2)} {digits(2)}"), ("fnr", synthetic_fnr), ("full_name", synthetic_name),
    ("last_name", lambda: R.choice(MADE_UP)), ("first_name", lambda: R.choice(GIVEN + ENGLISH)), ("ip", lambda: f"192.0.2.{R.randint(1, 254)}"),
    ("mac", lambda: f"5e:91:c4:{alnum(2, '0123456789abcdef')}:0a:77"), ("token", lambda: "masked" + alnum(26)), ("orgnr", lambda: "3" + digits(8)),
    ("id", lambda: str(R.randint(1, 10**9))), ("order_no", lambda: f"A-{digits(8)}"), ("amount", lambda: f"{R.randint(1, 99999)}.{digits(2)}"),
    ("created_at", lambda: f"20{R.randint(10, 26)}-{R.randint(1, 12):02}-{R.randint(1, 28):02}T{R.randint(0, 23):02}:{R.randint(0, 59):02}:00Z"),
    ("uuid", lambda: "-".join(alnum(n, "0123456789abcdef") for n in (8, 4, 4, 4, 12))), ("sha256", lambda: alnum(64, "0123456789abcdef")),
    ("status", lambda: R.choice(WORDS)), ("title", lambda: " ".join(R.sample(WORDS, 3)).capitalize()), ("version", lambda: f"{R.randint(0, 9)}.{R.randint(0, 40)}.{R.randint(0, 99)}"),
    ("sku", lambda: f"{alnum(3, 'ABCDEFGHJK')}-{digits(4)}-{alnum(2, 'ABCDEFGHJK')}"), ("path", lambda: f"/var/lib/app/{alnum(6).lower()}/{digits(3)}.log"),
    ("ean", lambda: "70" + digits(11)), ("c_40", lambda: str(R.randint(10**10, 10**11 - 1))), ("c_41", lambda: digits(9)), ("c_42", lambda: digits(16)), ("c_43", lambda: digits(10)),
    ("currency", lambda: R.choice(["NOK", "EUR", "SEK", "GBP"])), ("product_name", lambda: f"{R.choice(WORDS).capitalize()} {R.choice(WORDS)} {digits(2)}"),
    ("note", lambda: f"{R.choice(WORDS).capitalize()} {R.choice(WORDS)} {R.randint(1, 200)} stk, {R.choice(WORDS)}."),
]

TEXTS = [
    ("nb", "Skriv til {} om du lurer på noe.", email, "e-mail address"), ("en", "Please contact {} for details.", email, "e-mail address"),
    ("nb", "Ring {} etter klokka 12.", phone, "phone number"), ("en", "Call me at {} tomorrow.", phone, "phone number"),
    ("nb", "Tlf. {} er byttet ut.", national_phone, "phone number"), ("nb", "Betal til {} innen fredag.", iban, "IBAN"),
    ("en", "Transfer it to {}, thanks.", iban, "IBAN"), ("nb", "Utbetales til konto {} i morgen.", account, "account number"),
    ("nb", "Søker med fødselsnummer {} er avvist.", fnr, "national identity number"), ("en", "National ID {} was rejected.", fnr, "national identity number"),
    ("en", "Swedish personnummer {} on file.", personnummer, "national identity number"), ("en", "The henkilötunnus {} is missing.", hetu, "national identity number"),
    ("en", "His CPR number is {} today.", cpr, "national identity number"), ("nb", "Kort {} er sperret.", pan, "card number"),
    ("en", "Card {} was declined.", pan, "card number"), ("nb", "Org.nr. {} er registrert.", orgnr, "organisation number"),
    ("en", "VAT no. {} applies.", vat, "VAT number"), ("en", "Scanned zone:\n{}", mrz, "machine-readable zone of a travel document"),
    ("nb", "Innlogging fra {} ble stoppet.", ip, "ip"), ("en", "Login from {} was blocked.", ip, "ip"), ("en", "set KEY={} and restart", secret, "secret"),
    ("nb", "Nøkkelen er {} nå.", secret, "secret"), ("en", "Device {} went offline.", mac, "hardware address"), ("nb", "Hilsen {}", name, "person's name"),
    ("en", "My name is {} and I wait.", name, "person's name"), ("nb", "Kunden er født {} i Bodø.", born, "date of birth"),
    ("en", "They live at {} now.", lambda: f"{R.randint(1, 99)} Baker Street", "street address"), ("en", "Seen at coordinates {} today.", place, "place on the globe"),
    ("en", "event={} end", wrapped, "e-mail address"),
]
QUIET = [
    ("nb", "Ordre {} er sendt med bud i dag.", lambda: digits(8)), ("en", "Build {} passed in 12.5 s.", lambda: digits(5)),
    ("nb", "Vi møttes i uke {} og drakk kaffe.", lambda: R.randint(1, 52)), ("en", "Version 4.{}.1 fixes the crash.", lambda: R.randint(0, 99)),
    ("nb", "Beløpet er {} kroner inkludert frakt.", lambda: f"{R.randint(1, 99)} {digits(3)}"), ("en", "Write to {} for a test.", lambda: f"{R.choice(GIVEN).lower()}@example.org"),
    ("nb", "Hilsen {}", synthetic_name), ("en", "Ticket #{} was closed as a duplicate.", lambda: digits(6)),
    ("nb", "Møtet er {} klokka 10:30.", lambda: f"2026-{R.randint(1, 12):02}-{R.randint(1, 28):02}"), ("en", "Commit {} broke it.", lambda: alnum(40, "0123456789abcdef")),
    ("en", "Ping {} is for documentation.", lambda: f"198.51.100.{R.randint(1, 254)}"), ("nb", "Varen {} er utsolgt.", lambda: f"{alnum(3, 'ABCDEFGHJK')}-{digits(4)}"),
]


def line(document):
    """JSON, with one letter of each known prefix spelled out, so that nobody's secret scanner takes the corpus for a leak."""
    text = json.dumps(document, ensure_ascii=False)
    for prefix in ["AKIA", "sk_live_", "ghp_", "xoxb-", "AIza", "npm_", "glpat-", "SK", "SG.", "hf_", "shpat_", "eyJ", "$2b$", "://app:"]:
        if document["kind"] == "secret":
            text = text.replace(prefix, f"{prefix[0]}\\u{ord(prefix[1]):04x}{prefix[2:]}")
    return text + "\n"


def main():
    with open(os.path.join(HERE, "columns.jsonl"), "w", encoding="utf-8") as out:
        for column, kind, make in COLUMNS:
            # Addresses and tokens are of several kinds.
            label = kind or {"ip": "ip", "token": "secret"}[column]
            cells = [make() for _ in range(30)]
            out.write(line({"column": column, "kind": label, "cells": cells}))
        for column, make in NOTHING:
            cells = [str(make()) for _ in range(30)]
            out.write(line({"column": column, "kind": None, "cells": cells}))
    with open(os.path.join(HERE, "texts.jsonl"), "w", encoding="utf-8") as out:
        for lang, text, make, kind in TEXTS:
            for _ in range(20):
                out.write(line({"lang": lang, "kind": kind, "text": text.format(make())}))
        for lang, text, make in QUIET:
            for _ in range(25):
                out.write(line({"lang": lang, "kind": None, "text": text.format(make())}))


main()
