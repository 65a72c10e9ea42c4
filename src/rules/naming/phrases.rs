//! What columns are called, by what they are about: in English, Norwegian, Swedish, Danish, Finnish, German, French and
//! Spanish.

use super::Subject;

/// Phrases by subject, parted by `|`, and their words by spaces. A phrase is found where its words follow one another in a
/// name, or where the name is they run together. Marks on letters don't count, nor do `ae`, `oe`, `ue` and `aa` for them.
pub(super) const PHRASES: &[(Subject, &str)] = &[
    (
        Subject::Email,
        "email|e mail|mail|mail address|epost|e post|epostadresse|sahkoposti|correo|courriel|mailadresse|\
         emailadresse|emails|email addresses|recipient|requester|from address|to address|reply to|login email|adresse mail|email addr|\
         primary email|secondary email|contact email|work email|epost adresse|e postadress|epostadress|\
         e postadresse|sähköpostiosoite|e mail adresse|adresse courriel|correo electrónico|dirección de correo",
    ),
    (
        Subject::FirstName,
        "first name|firstname|fname|given name|givenname|forename|middle name|nickname|nick|fornavn|mellomnavn|\
         kallenavn|förnamn|tilltalsnamn|smeknamn|mellemnavn|etunimi|vorname|rufname|spitzname|prenom|surnom|nombre|\
         nombre de pila|apodo",
    ),
    (
        Subject::LastName,
        "last name|lastname|lname|surname|family name|familyname|maiden name|former name|etternavn|pikenavn|\
         efternamn|flicknamn|efternavn|sukunimi|nachname|familienname|geburtsname|nom de famille|nom|apellido|\
         apellidos",
    ),
    (
        Subject::FullName,
        "full name|fullname|display name|displayname|holder|account holder|card holder|cardholder|holder name|\
         contact name|contact person|customer name|patient|patient name|owner name|author name|signed by|filed by|\
         name of person|real name|legal name|beneficiary|payer|payee|sender name|receiver|recipient name|navn|\
         fullt navn|kontaktperson|innehaver|namn|fullständigt namn|innehavare|fulde navn|indehaver|nimi|koko nimi|\
         name|inhaber|ansprechpartner|nom complet|titulaire|nombre completo|titular|bill to|ship to|attention|\
         assignee name|next of kin|guardian|created by|updated by|modified by|deleted by|approved by|uploaded by|\
         assigned to|opprettet av|endret av|skapad av|oprettet af|erstellt von",
    ),
    (
        Subject::Username,
        "username|user name|login|login name|handle|screen name|brukernavn|användarnamn|brugernavn|käyttäjätunnus|\
         benutzername|nom d utilisateur|identifiant|nombre de usuario|usuario|user identifier|alias|user handle|\
         account name|login user|nutzername|anmeldename|kontonavn|kontonamn|käyttäjänimi|pseudo|pseudonyme|\
         nom utilisateur|nombre usuario|alias usuario",
    ),
    (
        Subject::Title,
        "salutation|honorific|name prefix|name suffix|tiltale|anrede|civilite|tratamiento|titre civil|\
         courtesy title|form of address|name title|academic title|tiltaleform|hilsningstittel|tilltal|\
         tilltalstitel|titulering|puhuttelu|arvonimi|akademischer titel|namenszusatz|titre de civilité|\
         título de cortesía",
    ),
    (
        Subject::Phone,
        "phone|phone number|telephone|mobile|mobile number|cell|cellphone|msisdn|fax|tel|telefon|telefonnummer|tlf|\
         mobil|mobiltelefon|mobilnummer|puhelin|puhelinnumero|matkapuhelin|handy|rufnummer|portable|movil|telefono|\
         whatsapp|sms number|contact phone|emergency contact|phone no|telephone number|cell phone|home phone|\
         work phone|mobiltlf|telefonnr|mobilnr|handynummer|numero de téléphone|numero de telefono|teléfono móvil|\
         gsm",
    ),
    (
        Subject::Street,
        "street|street address|address line|address 1|address 2|address1|address2|line1|line2|house number|gate|\
         gateadresse|gatuadress|gata|gade|vej|katu|katuosoite|lahiosoite|strasse|hausnummer|rue|calle|domicilio|\
         straßenname|adresse ligne|dirección línea|gatenavn|vejnavn|gatunamn|nom de rue|nombre de calle|\
         address line 1|address line 2",
    ),
    (
        Subject::Address,
        "address|addresses|postal address|home address|billing address|shipping address|delivery address|adresse|\
         adresser|postadresse|adress|postadress|osoite|postiosoite|anschrift|lieferadresse|dirección|residence|\
         bosted|permanent address|home addr|bostadsadress|bopæl|bopælsadresse|kotiosoite|wohnadresse|\
         adresse postale|adresse de livraison|dirección postal",
    ),
    (
        Subject::Postcode,
        "postcode|post code|postal code|zip|zip code|zipcode|postnummer|postnr|postinumero|postleitzahl|plz|\
         code postal|codigo postal",
    ),
    (
        Subject::City,
        "city|town|place of birth|birthplace|poststed|by|sted|ort|postort|stad|fødested|kaupunki|postitoimipaikka|\
         stadt|wohnort|geburtsort|ville|ciudad|localidad|municipality|kommune",
    ),
    (
        Subject::Place,
        "latitude|longitude|lat|lon|lng|geo|geolocation|coordinates|location|gps|position gps|breddegrad|\
         lengdegrad|latitud|longitud|leveysaste|pituusaste|breitengrad|längengrad|coordonnees|coordenadas|geom|\
         coordinate|geo point|geopoint|lat lng|lat lon|latlng|geo coordinates|home location|koordinater|\
         posisjon gps|længdegrad|breddgrad|längdgrad|sijainti|koordinaatit|standort|koordinaten|localisation|\
         ubicación",
    ),
    (
        Subject::BirthDate,
        "birth date|birthdate|birthday|date of birth|dob|born|born on|fødselsdato|fødselsdag|födelsedatum|\
         födelsedag|fødselsdagen|syntymäaika|geburtsdatum|geburtstag|date de naissance|naissance|\
         fecha de nacimiento|nacimiento|birth year|year of birth|death date|date of death|date birth|birth day|\
         year born|født|fødselsår|född|födelseår|syntymäpäivä|syntynyt|syntymävuosi|geboren|geboren am|geb datum|\
         gebdatum|geburtsjahr|né le|née le|anniversaire|année de naissance|fecha nacimiento|nacido|cumpleaños|\
         año de nacimiento",
    ),
    (
        Subject::Trait,
        "gender|sex|marital status|civil status|nationality|citizenship|religion|ethnicity|race|diagnosis|\
         diagnoses|disease|blood type|disability|political|sexual orientation|union member|kjønn|sivilstand|\
         statsborgerskap|diagnose|kön|civilstånd|medborgarskap|statsborger|sukupuoli|kansalaisuus|geschlecht|\
         staatsangehörigkeit|familienstand|sexe|nationalite|sexo|género|nacionalidad|estado civil|occupation|\
         job title|salary grade|device name|computer name|host name",
    ),
    (
        Subject::NationalId,
        "national id|national identity|national id number|ssn|social security|social security number|nin|nino|\
         personal number|personal id|identity number|id number|fnr|fødselsnummer|personnummer|personnr|d nummer|\
         cpr|cpr nummer|hetu|henkilötunnus|steuer id|steueridentifikationsnummer|sozialversicherungsnummer|insee|\
         nir|numero de securite sociale|numero securite sociale|dni|nie|pesel|bsn|tax id|taxpayer id|national identification number|\
         national insurance number|personal identification number|citizen id|identification number|\
         identitetsnummer|samordningsnummer|cpr nr|sosiaaliturvatunnus|personalausweisnummer|steuernummer|\
         numero secu|documento de identidad|número de identidad",
    ),
    (
        Subject::DocumentNumber,
        "document number|licence number|license number|driving licence|drivers license|licence plate|license plate|\
         plate|vin|customer number|customer no|member number|membership number|policy number|patient number|\
         medical record number|mrn|employee number|student number|førerkort|kundenummer|körkort|\
         registreringsnummer|ajokortti|ausweisnummer|führerschein|kundennummer|permis|matricula|provider user id|\
         external user id|subject id|customer ref|imei|serial|serial number|device id|advertising id",
    ),
    (
        Subject::Passport,
        "passport|passport number|passport no|passport id|travel document|travel document number|passnummer|passnr|\
         pass nummer|pasnummer|pasnr|passinumero|passin numero|passi|reisepass|reisepassnummer|passeport|\
         numero de passeport|numero passeport|pasaporte|numero de pasaporte|numero pasaporte",
    ),
    (Subject::Mrz, "mrz|mrz line|mrz lines|machine readable zone|maskinlesbar sone|maschinenlesbare zone"),
    (
        Subject::Vat,
        "vat|vat number|vat no|vat id|vat registration|vat registration number|mva|mva nummer|mva nr|moms nummer|\
         momsnummer|momsnr|momsregistreringsnummer|vat nummer|alv numero|alv tunniste|arvonlisäverotunniste|ust id|\
         ust id nr|ust idnr|ustidnr|umsatzsteuer id|umsatzsteueridentifikationsnummer|mwst nummer|mwst nr|tva|\
         numero de tva|numero tva|tva intracommunautaire|iva|numero de iva|numero iva|nif iva",
    ),
    (
        Subject::Organisation,
        "org number|org no|orgnr|organisation number|organization number|organisasjonsnummer|organisationsnummer|\
         company number|registration number|ein|cvr|y tunnus|ytunnus|handelsregister|siren|siret|nif|cif|\
         organisation no|organization no|company no|company registration number|business number|\
         business registration number|foretaksnummer|org nummer|org nr|virksomhedsnummer|cvr nummer|cvr nr|\
         yritystunnus|handelsregisternummer|handelsregister nr|firmennummer|numero siren|numero siret|rcs|\
         numero d entreprise|numero de empresa|registro mercantil",
    ),
    (
        Subject::Company,
        "company|company name|employer name|organisation name|organization name|firma|firmanavn|företag|virksomhed|\
         yritys|unternehmen|entreprise|societe|empresa|merchant name|business name|organisation|organization|\
         employer|business|firm|firmanamn|selskap|selskapsnavn|foretak|foretaksnavn|bedrift|bedriftsnavn|\
         arbeidsgiver|företagsnamn|bolag|bolagsnamn|arbetsgivare|virksomhedsnavn|selskab|arbejdsgiver|\
         yrityksen nimi|yhtiö|työnantaja|unternehmensname|firmenname|arbeitgeber|nom entreprise|\
         nom de l entreprise|raison sociale|employeur|nombre empresa|nombre de la empresa|razón social|empleador|\
         compañía",
    ),
    (
        Subject::Iban,
        "iban|payout iban|iban number|iban no|iban nr|iban nummer|iban kontonummer|iban numero|numero iban|\
         code iban|codigo iban|creditor iban|debtor iban",
    ),
    (
        Subject::Bic,
        "bic|swift|swift code|bic code|routing number|sort code|blz|bankleitzahl|bic swift|swift bic|\
         bank identifier|bank identifier code|bic kode|swift kode|bic kod|swift kod|bic koodi|swift koodi|\
         swift adresse|code bic|code swift|codigo bic|codigo swift",
    ),
    (
        Subject::AccountNumber,
        "account number|account no|accountnumber|bank account|bban|kontonummer|kontonr|bankkonto|konto nummer|\
         tilinumero|pankkitili|kontonummer bank|numero de compte|compte bancaire|numero de cuenta|cuenta bancaria|\
         bank account number|account nr|kontonummeret|bankkontonummer|bankkontonr|kontonumero|bankverbindung|\
         kontoverbindung|numero compte|numero cuenta",
    ),
    (
        Subject::Card,
        "card number|card no|cardnumber|pan|credit card|debit card|card last four|last4|last four|card expiry|cvv|\
         cvc|kortnummer|kredittkort|kreditkort|luottokortti|kartennummer|kreditkarte|numero de carte|\
         carte bancaire|numero de tarjeta|tarjeta|payment card|card pan|credit card number|debit card number|\
         kortnr|kredittkortnummer|betalingskort|kreditkortsnummer|betalkort|dankort|kreditkortnummer|kortin numero|\
         korttinumero|luottokortin numero|maksukortti|kreditkartennummer|kartennr|numero carte|carte de crédit|\
         carte bleue|tarjeta de crédito|numero tarjeta",
    ),
    (
        Subject::Amount,
        "balance|salary|income|wage|net worth|credit limit|credit score|saldo|lønn|inntekt|lön|inkomst|indkomst|\
         palkka|tulot|gehalt|einkommen|kontostand|solde|salaire|revenu|salario|ingresos|debt|gjeld",
    ),
    (
        Subject::PasswordHash,
        "password|passwd|pwd|password hash|password digest|encrypted password|hashed password|pass hash|passord|\
         lösenord|adgangskode|salasana|passwort|kennwort|mot de passe|contraseña|clave|pin|pin code|old password",
    ),
    (
        Subject::Secret,
        "token|tokens|secret|secrets|session|session id|session key|session data|csrf|nonce|otp|one time code|\
         verification code|confirmation code|recovery code|recovery codes|backup codes|reset code|reset key|\
         invite code|invitation code|magic link|auth key|authorization|bearer|credential|credentials|client secret|\
         signing key|encryption key|encrypted key|push token|fcm token|device token|webhook secret|salt|\
         code verifier|code challenge|refresh|oauth|hemmelighet|hemlighet|hemmelighed|salaisuus|geheimnis|\
         schlüssel|jeton|secreto|child id|authtoken|access token|refresh token|activation code|verification|\
         signature|processor token",
    ),
    (
        Subject::ApiKey,
        "api key|apikey|api keys|api secret|api token|secret key|access key|publishable key|license key|\
         licence key|api nøkkel|apinøkkel|api nyckel|apinyckel|api nøgle|apinøgle|api avain|api schlüssel|clé api|\
         clé d api|clave api|clave de api",
    ),
    (Subject::Jwt, "jwt|jwt token|id token|json web token|jwt assertion"),
    (
        Subject::PrivateKey,
        "private key|pem|pem file|key pem|cert pem|certificate|certificates|certificate chain|client certificate|\
         client cert|ssl cert|ssl key|tls cert|tls key|ssh key|rsa key|x509|x509 certificate|privat nøkkel|\
         privatnøkkel|sertifikat|privat nyckel|privatnyckel|certifikat|privat nøgle|privatnøgle|yksityinen avain|\
         varmenne|sertifikaatti|privater schlüssel|zertifikat|clé privée|certificat|clave privada|certificado",
    ),
    (
        Subject::TotpSeed,
        "totp|totp secret|otp secret|two factor secret|mfa secret|2fa secret|authenticator secret|otp seed|\
         totp key|totp seed|otp key|hotp secret|hotp key|mfa seed|mfa key|two factor key|2fa key|authenticator key|\
         authenticator seed|google authenticator|totp hemmelighet|totp nøkkel|totp hemlighet|totp nyckel|\
         totp hemmelighed|totp nøgle|totp salaisuus|totp avain|totp geheimnis|totp schlüssel|secret totp|clé totp|\
         secreto totp|clave totp",
    ),
    (
        Subject::Ip,
        "ip|ip address|ipaddress|ipv4|ipv6|remote addr|remote address|remote ip|client ip|last ip|sign in ip|\
         current sign in ip|last sign in ip|login ip|ip adresse|ip adress|ip nummer|direccion ip|ip osoite|adresse ip|x forwarded for|host ip|\
         requested from|last used from",
    ),
    (
        Subject::Mac,
        "mac|mac address|hwaddr|hardware address|bssid|bluetooth address|mac addr|macaddr|wifi mac|bluetooth mac|\
         ethernet address|mac adresse|macadresse|mac adress|macadress|mac osoite|adresse mac|direccion mac|\
         hardware adresse|maskinvareadresse|hårdvaruadress|laitteisto osoite|hardwareadresse|adresse matérielle",
    ),
    (
        Subject::UserAgent,
        "user agent|useragent|browser|http user agent|user agent string|agent string|ua|ua string|browser string|\
         browser name|nettleser|webbläsare|webblæser|selain|agent utilisateur|navigateur|agente de usuario|\
         navegador",
    ),
    (
        Subject::Cookie,
        "cookie|cookies|set cookie|cookie header|cookie value|session cookie|http cookie|informasjonskapsel|\
         informasjonskapsler|kakor|webbkaka|eväste|evästeet|témoin de connexion|galleta|galletas",
    ),
    (
        Subject::Url,
        "avatar|avatar url|photo url|picture url|image url|profile url|website|homepage|web site|url|uri|link|\
         linkedin|facebook|twitter|instagram|github|social|callback url|webhook url|preview url|nettside|hemsida|\
         hjemmeside|kotisivu|webseite|site web|sitio web|picture|photo|image|blog|www|youtube|tiktok|profile link|\
         lenke|nettadresse|länk|webbadress|webbplats|linkki|verkkosivu|internetadresse|webadresse|lien|adresse web|\
         enlace|pagina web",
    ),
    (
        Subject::Domain,
        "domain|domain name|domainname|hostname|fqdn|subdomain|custom domain|domene|domenenavn|domän|domännamn|\
         domæne|domænenavn|verkkotunnus|domaine|nom de domaine|dominio|nombre de dominio",
    ),
    (Subject::Digest, "hash|digest|sha256|sha1|md5|checksum|fingerprint|thumbprint"),
    (
        Subject::Embedding,
        "embedding|embeddings|face embedding|face vector|face encoding|voice print|voiceprint|feature vector|\
         faceprint",
    ),
    (
        Subject::Prose,
        "note|notes|comment|comments|body|message|messages|description|text|details|narrative|content|reason|\
         remark|remarks|bio|biography|about|summary|subject|feedback|review|answer|question|reply|transcript|\
         extracted text|caption|alternative text|body html|html|payload|data|metadata|meta|extra|context|params|\
         parameters|request|response|result|raw|log|error|stack trace|stacktrace|query|search|keywords|tags|labels|\
         preferences|settings|config|properties|attributes|headers|serialized object|merknad|merknader|kommentar|\
         kommentarer|melding|beskrivelse|begrunnelse|emne|anteckning|anteckningar|meddelande|beskrivning|\
         bemærkning|besked|huomautus|viesti|kuvaus|bemerkung|notiz|nachricht|beschreibung|grund|remarque|\
         commentaire|observacion|observaciones|comentario|mensaje|descripcion",
    ),
    (
        Subject::File,
        "file|file name|filename|document|documents|attachment|attachments|scan|selfie|signature image|face image|\
         blob|byte data|binary|dokument|vedlegg|bilaga|fil|bilag|tiedosto|liite|datei|anhang|fichier|piece jointe|\
         archivo|adjunto|original name|path|storage key",
    ),
    (
        Subject::Technical,
        "status|state|kind|type|category|currency|country|country code|locale|language|lang|time zone|timezone|\
         mime|mime type|content type|ext|extension|provider|version|version num|action|method|endpoint|module|plan|\
         tier|level|log level|role|code|color|colour|unit|channel|template|environment|env|slug|field|related type|\
         component type|scope|scopes|scope names|permission|permissions|flag|feature|direction|source|origin|queue|\
         job|task|event type|format|encoding|algorithm|protocol|platform|os|firmware|relation|interval|frequency|\
         granularity|migration|app label|model|subtype|reference type|outcome|rule|brand|document type|iso code|\
         valuta|land|språk|tilstand|typ|staat|sprache|währung|etat|devise|pays|langue|estado|moneda|pais|idioma|\
         server id|storage id|card brand|issuing country|message name",
    ),
    (
        Subject::Moment,
        "created|created at|created on|updated|updated at|modified|deleted at|issued on|issued at|valid on|\
         valid from|valid to|valid until|expires|expires on|expires at|expiry|due|due date|due on|starts on|\
         ends on|start date|end date|paid on|sent at|date|day|month|period|timestamp|published at|effective date|\
         booking date|value date|dato|opprettet|datum|oprettet|päivämäärä|erstellt|fecha|date creation",
    ),
];
