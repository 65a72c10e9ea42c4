//! What the name of a column says: its words, looked up in eight languages.

use super::subject::Subject;

/// Phrases by subject, words parted by spaces, in English, Norwegian, Swedish, Danish, Finnish, German, French and Spanish.
/// A phrase is found where its words follow one another in a name, or where the name is they run together.
const PHRASES: &[(Subject, &str)] = &[
    (
        Subject::Email,
        "email|e mail|mail|mail address|epost|e post|epostadresse|e-post|sahkoposti|sähköposti|correo|courriel|\
         mailadresse|emailadresse|recipient|requester|from address|to address|reply to|login email|adresse mail",
    ),
    (
        Subject::FirstName,
        "first name|firstname|fname|given name|givenname|forename|middle name|nickname|nick|fornavn|mellomnavn|kallenavn|\
         förnamn|fornamn|tilltalsnamn|smeknamn|mellemnavn|etunimi|vorname|rufname|spitzname|prenom|prénom|surnom|nombre|\
         nombre de pila|apodo",
    ),
    (
        Subject::LastName,
        "last name|lastname|lname|surname|family name|familyname|maiden name|former name|etternavn|pikenavn|efternamn|\
         flicknamn|efternavn|sukunimi|nachname|familienname|geburtsname|nom de famille|nom|apellido|apellidos",
    ),
    (
        Subject::FullName,
        "full name|fullname|display name|displayname|holder|account holder|card holder|cardholder|holder name|contact name|\
         contact person|customer name|patient|patient name|owner name|author name|signed by|filed by|name of person|\
         real name|legal name|beneficiary|payer|payee|sender name|receiver|recipient name|navn|fullt navn|kontaktperson|\
         innehaver|namn|fullständigt namn|innehavare|fulde navn|indehaver|nimi|koko nimi|name|inhaber|ansprechpartner|\
         nom complet|titulaire|nombre completo|titular|bill to|ship to|attention|assignee name|next of kin|guardian",
    ),
    (
        Subject::Username,
        "username|user name|login|login name|handle|screen name|brukernavn|användarnamn|brugernavn|käyttäjätunnus|\
         benutzername|nom d utilisateur|identifiant|nombre de usuario|usuario|user identifier|alias",
    ),
    (
        Subject::Title,
        "salutation|honorific|name prefix|name suffix|tiltale|anrede|civilite|civilité|tratamiento|titre civil",
    ),
    (
        Subject::Phone,
        "phone|phone number|telephone|mobile|mobile number|cell|cellphone|msisdn|fax|tel|telefon|telefonnummer|tlf|\
         mobil|mobiltelefon|mobilnummer|puhelin|puhelinnumero|matkapuhelin|handy|rufnummer|portable|téléphone|\
         movil|móvil|telefono|teléfono|whatsapp|sms number|contact phone|emergency contact",
    ),
    (
        Subject::Street,
        "street|street address|address line|address 1|address 2|address1|address2|line1|line2|house number|gate|gateadresse|\
         gatuadress|gata|gade|vej|katu|katuosoite|lahiosoite|lähiosoite|strasse|straße|hausnummer|rue|calle|domicilio",
    ),
    (
        Subject::Address,
        "address|addresses|postal address|home address|billing address|shipping address|delivery address|adresse|adresser|\
         postadresse|adress|postadress|osoite|postiosoite|anschrift|lieferadresse|dirección|direccion|residence|bosted",
    ),
    (
        Subject::Postcode,
        "postcode|post code|postal code|zip|zip code|zipcode|postnummer|postnr|postinumero|postleitzahl|plz|code postal|\
         codigo postal|código postal",
    ),
    (
        Subject::City,
        "city|town|place of birth|birthplace|poststed|by|sted|ort|postort|stad|fødested|kaupunki|postitoimipaikka|stadt|\
         wohnort|geburtsort|ville|ciudad|localidad|municipality|kommune",
    ),
    (
        Subject::Place,
        "latitude|longitude|lat|lon|lng|geo|geolocation|coordinates|location|gps|position gps|breddegrad|lengdegrad|\
         latitud|longitud|leveysaste|pituusaste|breitengrad|längengrad|coordonnees|coordenadas|geom",
    ),
    (
        Subject::BirthDate,
        "birth date|birthdate|birthday|date of birth|dob|born|born on|fødselsdato|fodselsdato|fødselsdag|födelsedatum|\
         födelsedag|fodelsedatum|fødselsdagen|syntymäaika|syntymaaika|geburtsdatum|geburtstag|date de naissance|naissance|\
         fecha de nacimiento|nacimiento|birth year|year of birth|death date|date of death",
    ),
    (
        Subject::Trait,
        "gender|sex|marital status|civil status|nationality|citizenship|religion|ethnicity|race|diagnosis|diagnoses|disease|\
         blood type|disability|political|sexual orientation|union member|kjønn|sivilstand|statsborgerskap|diagnose|kön|\
         civilstånd|medborgarskap|køn|statsborger|sukupuoli|kansalaisuus|geschlecht|staatsangehörigkeit|familienstand|\
         sexe|nationalite|nationalité|sexo|género|genero|nacionalidad|estado civil|occupation|job title|employer|salary grade|device name|computer name|host name",
    ),
    (
        Subject::NationalId,
        "national id|national identity|national id number|ssn|social security|social security number|nin|nino|personal number|\
         personal id|identity number|id number|fnr|fødselsnummer|fodselsnummer|personnummer|personnr|d nummer|cpr|cpr nummer|\
         hetu|henkilötunnus|henkilotunnus|steuer id|steueridentifikationsnummer|sozialversicherungsnummer|insee|nir|\
         numero de securite sociale|dni|nie|pesel|bsn|tax id|taxpayer id",
    ),
    (
        Subject::DocumentNumber,
        "passport|passport number|passport no|document number|licence number|license number|driving licence|drivers license|\
         licence plate|license plate|plate|vin|mrz|customer number|customer no|member number|membership number|policy number|\
         patient number|medical record number|mrn|employee number|student number|passnummer|førerkort|kundenummer|körkort|\
         registreringsnummer|passi|ajokortti|reisepass|ausweisnummer|führerschein|kundennummer|passeport|permis|pasaporte|\
         matricula|provider user id|external user id|subject id|customer ref|imei|serial|serial number|device id|advertising id",
    ),
    (
        Subject::Organisation,
        "org number|org no|orgnr|organisation number|organization number|organisasjonsnummer|organisationsnummer|company number|\
         registration number|vat|vat number|vat id|vat no|ein|cvr|y tunnus|ytunnus|ust id|ustid|handelsregister|siren|siret|\
         tva|nif|cif",
    ),
    (
        Subject::Company,
        "company|company name|employer name|organisation name|organization name|firma|firmanavn|företag|foretag|virksomhed|yritys|\
         unternehmen|entreprise|societe|société|empresa|merchant name|business name",
    ),
    (Subject::Iban, "iban|payout iban|iban number"),
    (Subject::Bic, "bic|swift|swift code|bic code|routing number|sort code|blz|bankleitzahl"),
    (
        Subject::AccountNumber,
        "account number|account no|accountnumber|bank account|bban|kontonummer|kontonr|bankkonto|konto nummer|tilinumero|\
         pankkitili|kontonummer bank|numero de compte|compte bancaire|numero de cuenta|cuenta bancaria",
    ),
    (
        Subject::Card,
        "card number|card no|cardnumber|pan|credit card|debit card|card last four|last4|last four|card expiry|cvv|cvc|\
         kortnummer|kredittkort|kreditkort|luottokortti|kartennummer|kreditkarte|numero de carte|carte bancaire|\
         numero de tarjeta|tarjeta",
    ),
    (
        Subject::Amount,
        "balance|salary|income|wage|net worth|credit limit|credit score|saldo|lønn|lonn|inntekt|lön|inkomst|løn|indkomst|\
         palkka|tulot|gehalt|einkommen|kontostand|solde|salaire|revenu|salario|ingresos|debt|gjeld",
    ),
    (
        Subject::PasswordHash,
        "password|passwd|pwd|password hash|password digest|encrypted password|hashed password|pass hash|passord|lösenord|losenord|\
         adgangskode|salasana|passwort|kennwort|mot de passe|contraseña|contrasena|clave|pin|pin code|old password",
    ),
    (
        Subject::Secret,
        "token|tokens|secret|secrets|api key|apikey|access key|secret key|private key|session|session id|session key|session data|\
         csrf|nonce|otp|one time code|verification code|confirmation code|recovery code|recovery codes|backup codes|reset code|\
         reset key|invite code|invitation code|magic link|auth key|authorization|bearer|credential|credentials|client secret|\
         signing key|encryption key|encrypted key|push token|fcm token|device token|webhook secret|salt|code verifier|\
         code challenge|refresh|jwt|oauth|hemmelighet|nøkkel api|hemlighet|hemmelighed|salaisuus|geheimnis|schlüssel|jeton|\
         secreto|child id|authtoken|access token|refresh token|activation code|verification|signature|processor token",
    ),
    (
        Subject::TotpSeed,
        "totp|totp secret|otp secret|two factor secret|mfa secret|2fa secret|authenticator secret|otp seed",
    ),
    (
        Subject::Ip,
        "ip|ip address|ipaddress|ipv4|ipv6|remote addr|remote address|remote ip|client ip|last ip|sign in ip|\
         current sign in ip|last sign in ip|login ip|ip adresse|ip osoite|adresse ip|x forwarded for|host ip|requested from|\
         last used from",
    ),
    (Subject::Mac, "mac|mac address|hwaddr|hardware address|bssid|bluetooth address"),
    (Subject::UserAgent, "user agent|useragent|browser|http user agent"),
    (Subject::Cookie, "cookie|cookies|set cookie"),
    (
        Subject::Url,
        "avatar|avatar url|photo url|picture url|image url|profile url|website|homepage|web site|url|uri|link|linkedin|\
         facebook|twitter|instagram|github|social|callback url|webhook url|preview url|nettside|hemsida|hjemmeside|\
         kotisivu|webseite|site web|sitio web|picture|photo|image",
    ),
    (Subject::Digest, "hash|digest|sha256|sha1|md5|checksum|fingerprint|thumbprint"),
    (
        Subject::Prose,
        "note|notes|comment|comments|body|message|messages|description|text|details|narrative|content|reason|remark|remarks|\
         bio|biography|about|summary|subject|feedback|review|answer|question|reply|transcript|extracted text|caption|\
         alternative text|body html|html|payload|data|metadata|meta|extra|context|params|parameters|request|response|result|\
         raw|log|error|stack trace|stacktrace|query|search|keywords|tags|labels|preferences|settings|config|properties|\
         attributes|headers|serialized object|merknad|merknader|kommentar|kommentarer|melding|beskrivelse|begrunnelse|emne|\
         anteckning|anteckningar|meddelande|beskrivning|bemærkning|besked|huomautus|viesti|kuvaus|bemerkung|notiz|nachricht|\
         beschreibung|grund|remarque|commentaire|observacion|observaciones|comentario|mensaje|descripcion|descripción",
    ),
    (
        Subject::File,
        "file|file name|filename|document|documents|attachment|attachments|scan|selfie|signature image|face image|blob|\
         byte data|binary|dokument|vedlegg|bilaga|fil|bilag|tiedosto|liite|datei|anhang|fichier|piece jointe|archivo|adjunto|\
         original name|path|storage key",
    ),
    (
        Subject::Technical,
        "status|state|kind|type|category|currency|country|country code|locale|language|lang|time zone|timezone|mime|mime type|\
         content type|ext|extension|provider|version|version num|action|method|endpoint|module|plan|tier|level|log level|role|\
         code|color|colour|unit|channel|template|environment|env|slug|field|related type|component type|scope|scopes|\
         scope names|permission|permissions|flag|feature|direction|source|origin|queue|job|task|event type|format|encoding|\
         algorithm|protocol|platform|os|firmware|relation|interval|frequency|granularity|migration|app label|model|subtype|\
         reference type|outcome|rule|brand|document type|iso code|valuta|land|språk|sprak|tilstand|typ|staat|sprache|währung|\
         etat|état|devise|pays|langue|estado|moneda|pais|idioma|server id|storage id|card brand|issuing country|message name",
    ),
    (
        Subject::Moment,
        "created|created at|created on|updated|updated at|modified|deleted at|issued on|issued at|valid on|valid from|valid to|\
         valid until|expires|expires on|expires at|expiry|due|due date|due on|starts on|ends on|start date|\
         end date|paid on|sent at|date|day|month|period|timestamp|published at|effective date|booking date|value date|dato|\
         opprettet|datum|oprettet|päivämäärä|erstellt|fecha|date creation",
    ),
];

/// What a name says: the subject of its longest known phrase; of two of one length the later in the name, since the last
/// words of a name say what it is (`email_status` is a status).
///
/// An identifier is only what a phrase says that includes its last word: `document_id` is no document, `session_id` is a
/// secret.
pub(super) fn subject(name: &str) -> Option<Subject> {
    let words = words(name);
    let joined = words.concat();
    let of_all = is_identifier(name);
    let mut best: Option<((usize, usize), Subject)> = None;
    for (subject, phrases) in PHRASES {
        for phrase in phrases.split('|') {
            let Some(rank) = found(&words, &joined, phrase.trim()) else { continue };
            if of_all && rank.1 < words.len() {
                continue;
            }
            if best.is_none_or(|(known, _)| rank > known) {
                best = Some((rank, *subject));
            }
        }
    }
    best.map(|(_, subject)| subject)
}

/// Whether the name ends as one of an identifier does: `user_id`, `uuid`, `externalId`.
pub(super) fn is_identifier(name: &str) -> bool {
    let words = words(name);
    words
        .last()
        .is_some_and(|last| matches!(last.as_str(), "id" | "ids" | "uuid" | "guid" | "uid" | "pk" | "ref" | "key"))
}

/// How many words of a phrase were found, and where they end.
fn found(words: &[String], joined: &str, phrase: &str) -> Option<(usize, usize)> {
    let length = phrase.split(' ').count();
    let parts = || phrase.split(' ');
    let at = words.windows(length).rposition(|window| window.iter().map(String::as_str).eq(parts()));
    if let Some(at) = at {
        return Some((length, at + length));
    }
    // `FIRSTNAME`, `contactperson`: run together, the whole name is the phrase.
    let whole: String = phrase.split(' ').collect();
    (length > 1 && joined == whole).then_some((length, words.len()))
}

/// The words of a name in lower case: `snake_case`, `camelCase`, `HTTPServer`, `address2`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let characters: Vec<char> = name.chars().collect();
    let mut word = String::new();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(at + 1);
        let begins = character.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
                || before.is_some_and(|before| before.is_uppercase())
                    && after.is_some_and(|after| after.is_lowercase()));
        if (begins || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
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
            ("api_key", Subject::Secret),
        ] {
            assert_eq!(subject(name), Some(expected), "{name}");
        }
        for name in ["xyz", "n1", "", "_", "tx", "document_id", "addressId"] {
            assert_eq!(subject(name), None, "{name}");
        }
    }

    #[test]
    fn the_words_of_a_name_are_found_however_they_are_run_together() {
        assert_eq!(words("HTTPServerURL"), ["http", "server", "url"]);
        assert_eq!(words("addressLine2"), ["address", "line2"]);
        assert_eq!(words("Weird \"Column\""), ["weird", "column"]);
        assert!(is_identifier("externalId") && is_identifier("document_id") && !is_identifier("paid"));
    }
}
