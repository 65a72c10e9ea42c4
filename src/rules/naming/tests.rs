use super::*;

#[test]
fn names_in_eight_languages_and_all_spellings_say_what_they_hold() {
    for (name, expected) in [
        ("email", Subject::Email),
        ("userEmail", Subject::Email),
        ("Epostadresse", Subject::Email),
        ("sähköposti", Subject::Email),
        ("courriel", Subject::Email),
        ("FIRSTNAME", Subject::FirstName),
        ("förnamn", Subject::FirstName),
        ("vorname", Subject::FirstName),
        ("etunimi", Subject::FirstName),
        ("apellidos", Subject::LastName),
        ("nom_de_famille", Subject::LastName),
        ("fullName", Subject::FullName),
        ("contact_person", Subject::FullName),
        ("mobilnummer", Subject::Phone),
        ("fødselsnummer", Subject::NationalId),
        ("cpr", Subject::NationalId),
        ("hetu", Subject::NationalId),
        ("geburtsdatum", Subject::BirthDate),
        ("fecha_de_nacimiento", Subject::BirthDate),
        ("código_postal", Subject::Postcode),
        ("refreshToken", Subject::Secret),
        ("totp_secret", Subject::TotpSeed),
        ("last_sign_in_ip", Subject::Ip),
        ("reviewer_note", Subject::Prose),
        ("email_status", Subject::Technical),
        ("created_at", Subject::Moment),
        ("card_last_four", Subject::Card),
        ("userAgent", Subject::UserAgent),
        ("session_id", Subject::Secret),
        ("api_key", Subject::ApiKey),
        ("lön", Subject::Amount),
        ("lon", Subject::Place),
    ] {
        assert_eq!(subject(name), Some(expected), "{name}");
    }
    for name in
        ["xyz", "n1", "", "_", "tx", "document_id", "addressId", "organization_id", "certificate_id", "domain_id"]
    {
        assert_eq!(subject(name), None, "{name}");
    }
}

/// In English, Norwegian, Swedish, Danish, Finnish, German, French and Spanish.
const NAMES: &[(&str, [&str; 8])] = &[
    (
        "card_number",
        [
            "card_number",
            "kortnummer",
            "kreditkort",
            "betalingskort",
            "luottokortti",
            "kreditkartennummer",
            "numero_carte",
            "tarjeta",
        ],
    ),
    (
        "vat",
        [
            "vat_number",
            "mva_nummer",
            "momsregistreringsnummer",
            "momsnummer",
            "alv_numero",
            "ust_id",
            "numero_tva",
            "numero_iva",
        ],
    ),
    (
        "organisation_number",
        [
            "company_number",
            "organisasjonsnummer",
            "orgnr",
            "cvr_nummer",
            "y_tunnus",
            "handelsregisternummer",
            "siret",
            "cif",
        ],
    ),
    (
        "passport",
        [
            "passport_no",
            "passnummer",
            "passnr",
            "pasnummer",
            "passin_numero",
            "reisepass",
            "numero_de_passeport",
            "pasaporte",
        ],
    ),
    (
        "mac",
        [
            "mac_address",
            "mac_adresse",
            "mac_adress",
            "macadresse",
            "mac_osoite",
            "hardwareadresse",
            "adresse_mac",
            "direccion_mac",
        ],
    ),
    (
        "user_agent",
        ["user_agent", "nettleser", "webbläsare", "webblæser", "selain", "browser", "navigateur", "navegador"],
    ),
    (
        "cookie",
        [
            "cookies",
            "informasjonskapsel",
            "kakor",
            "cookie_header",
            "eväste",
            "session_cookie",
            "temoin_de_connexion",
            "galleta",
        ],
    ),
    ("jwt", ["id_token", "jwt", "jwt_token", "json_web_token", "user_jwt", "last_jwt", "dernier_jwt", "jwt_cliente"]),
    (
        "api_key",
        ["api_key", "api_nøkkel", "api_nyckel", "apinøgle", "api_avain", "api_schluessel", "cle_api", "clave_api"],
    ),
    (
        "totp_seed",
        [
            "totp_secret",
            "totp_nøkkel",
            "totp_hemlighet",
            "totp_hemmelighed",
            "totp_salaisuus",
            "totp_geheimnis",
            "cle_totp",
            "clave_totp",
        ],
    ),
    (
        "pem",
        [
            "private_key",
            "privat_nøkkel",
            "privat_nyckel",
            "privatnøgle",
            "yksityinen_avain",
            "zertifikat",
            "cle_privee",
            "clave_privada",
        ],
    ),
    (
        "geo",
        [
            "coordinates",
            "koordinater",
            "position_gps",
            "koordinater",
            "sijainti",
            "standort",
            "coordonnées",
            "ubicación",
        ],
    ),
    (
        "company",
        [
            "company",
            "arbeidsgiver",
            "företagsnamn",
            "virksomhed",
            "työnantaja",
            "firmenname",
            "raison_sociale",
            "empresa",
        ],
    ),
    (
        "username",
        [
            "username",
            "brukernavn",
            "användarnamn",
            "brugernavn",
            "käyttäjätunnus",
            "benutzername",
            "identifiant",
            "usuario",
        ],
    ),
    (
        "title",
        ["salutation", "tiltale", "tilltalstitel", "tiltaleform", "puhuttelu", "anrede", "civilité", "tratamiento"],
    ),
    ("bic", ["swift_code", "bic_kode", "bic_kod", "swift_kode", "bic_koodi", "bic", "code_bic", "codigo_swift"]),
    (
        "iban",
        ["iban", "iban_nummer", "creditor_iban", "iban_nr", "iban_numero", "iban_konto", "numero_iban", "codigo_iban"],
    ),
    ("url", ["website", "nettside", "hemsida", "hjemmeside", "kotisivu", "webseite", "site_web", "página_web"]),
    (
        "domain_name",
        ["domain", "domenenavn", "domän", "domæne", "verkkotunnus", "domain_name", "nom_de_domaine", "dominio"],
    ),
    (
        "birth_date",
        [
            "date_of_birth",
            "fødselsdato",
            "födelsedag",
            "foedselsdag",
            "syntymäaika",
            "geburtsdatum",
            "date_naissance",
            "cumpleaños",
        ],
    ),
    (
        "email",
        [
            "email",
            "epost",
            "e_postadress",
            "mailadresse",
            "sähköpostiosoite",
            "emailadresse",
            "adresse_courriel",
            "correo_electronico",
        ],
    ),
    (
        "phone",
        ["phone_number", "mobilnummer", "telefonnr", "tlf", "puhelinnumero", "handynummer", "téléphone", "móvil"],
    ),
    ("first_name", ["given_name", "fornavn", "fornamn", "mellemnavn", "etunimi", "vorname", "prénom", "nombre"]),
    (
        "last_name",
        ["surname", "etternavn", "efternamn", "efternavn", "sukunimi", "nachname", "nom_de_famille", "apellidos"],
    ),
    (
        "national_id",
        [
            "national_id",
            "fødselsnummer",
            "personnummer",
            "cpr_nr",
            "henkilötunnus",
            "steuer_id",
            "numero_securite_sociale",
            "dni",
        ],
    ),
    (
        "account_number",
        [
            "bank_account_number",
            "kontonr",
            "bankkontonummer",
            "kontonummer",
            "tilinumero",
            "bankverbindung",
            "numéro_de_compte",
            "numero_cuenta",
        ],
    ),
    ("street_address", ["street", "gateadresse", "gatuadress", "vejnavn", "katuosoite", "straße", "rue", "calle"]),
    (
        "address",
        [
            "home_address",
            "postadresse",
            "bostadsadress",
            "bopæl",
            "kotiosoite",
            "anschrift",
            "adresse_postale",
            "dirección",
        ],
    ),
    (
        "postcode",
        ["zip_code", "postnummer", "postnr", "postnummer", "postinumero", "plz", "code_postal", "codigo_postal"],
    ),
    ("city", ["city", "poststed", "postort", "by", "kaupunki", "wohnort", "ville", "ciudad"]),
    (
        "password_hash",
        ["password_digest", "passord", "lösenord", "adgangskode", "salasana", "kennwort", "mot_de_passe", "contraseña"],
    ),
    (
        "ip",
        ["ip_address", "ip_adresse", "ip_adress", "ip_adresse", "ip_osoite", "client_ip", "adresse_ip", "direccion_ip"],
    ),
    (
        "free_text",
        ["notes", "merknad", "anteckningar", "bemærkning", "huomautus", "bemerkung", "remarque", "observaciones"],
    ),
];

/// Fails unless each of the names brings its transform first.
pub(crate) fn all_are_proposed(first: impl Fn(&str) -> Option<String>) {
    let mut wrong = Vec::new();
    for (transform, names) in NAMES {
        for name in names {
            let proposed = first(name);
            if proposed.as_deref() != Some(*transform) {
                wrong.push(format!("{name}: {proposed:?} instead of {transform}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_transform_is_found_by_name_in_every_language() {
    all_are_proposed(|name| subject(name)?.transforms().first().map(|transform| (*transform).to_owned()));
}

#[test]
fn every_decision_that_a_subject_names_can_be_read() {
    let known: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names).copied().collect();
    for subject in known.iter().filter_map(|name| subject(name)) {
        for decision in subject.transforms() {
            let text = format!("version: 1\ntables: {{ t: {{ columns: {{ c: {decision} }} }} }}\n");
            assert!(crate::rules::load::parse("", text.as_bytes()).is_ok(), "{decision}");
        }
    }
}

#[test]
fn the_words_of_a_name_are_found_however_they_are_run_together() {
    assert_eq!(spelt("HTTPServerURL"), ["http", "server", "url"]);
    assert_eq!(spelt("addressLine2"), ["address", "line2"]);
    assert_eq!(spelt("Weird \"Column\""), ["weird", "column"]);
    assert!(is_identifier("externalId") && is_identifier("document_id") && !is_identifier("paid"));
}

#[test]
fn marks_on_letters_do_not_count_however_they_are_written() {
    for (one, other) in
        [("fødsel", "foedsel"), ("födelse", "fodelse"), ("straße", "strasse"), ("år", "aar"), ("clé", "cle")]
    {
        assert_eq!(folded(one), folded(other), "{one}");
    }
    assert_ne!(folded("lund"), folded("land"));
}

#[test]
fn coordinates_go_in_pairs() {
    let others = ["home_lng", "work_lng", "home_lat"];
    assert_eq!(coordinates("home_lat", others), Some((Axis::Latitude, "home_lng")));
    assert_eq!(coordinates("work_lng", others), None);
    assert_eq!(coordinates("Breddegrad", ["lengdegrad"]), Some((Axis::Latitude, "lengdegrad")));
    assert_eq!(coordinates("flat", others), None);
}
