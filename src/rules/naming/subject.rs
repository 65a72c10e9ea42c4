//! What a column is about, and the transforms that suit that, best first.

use std::fmt;

/// What a column or a part of a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An e-mail address.
    Email,
    /// A given name.
    FirstName,
    /// A family name.
    LastName,
    /// A whole name, of whatever parts.
    FullName,
    /// A name that somebody chose for signing in.
    Username,
    /// A form of address: Dr, fru.
    Title,
    /// A telephone number.
    Phone,
    /// A street and a number.
    Street,
    /// A whole postal address.
    Address,
    /// A postal code.
    Postcode,
    /// A town.
    City,
    /// A place on the globe.
    Place,
    /// A date of birth.
    BirthDate,
    /// Gender, nationality, religion, health: what characterises a person.
    Trait,
    /// A national identity number.
    NationalId,
    /// The number of a licence, a vehicle, a customer.
    DocumentNumber,
    /// The number of a passport.
    Passport,
    /// The lines of a travel document that machines read.
    Mrz,
    /// The number of an organisation.
    Organisation,
    /// A number for value-added tax.
    Vat,
    /// The name of a firm.
    Company,
    /// An IBAN.
    Iban,
    /// The code of a bank.
    Bic,
    /// An account number.
    AccountNumber,
    /// The number of a payment card.
    Card,
    /// Somebody's money.
    Amount,
    /// A password's hash.
    PasswordHash,
    /// A secret of any other kind.
    Secret,
    /// A key to an interface of somebody's.
    ApiKey,
    /// A JSON Web Token.
    Jwt,
    /// A private key or a certificate, in text.
    PrivateKey,
    /// The seed of one-time passwords.
    TotpSeed,
    /// An IP address.
    Ip,
    /// A hardware address.
    Mac,
    /// What a browser says of itself.
    UserAgent,
    /// A cookie.
    Cookie,
    /// A web address, which may name somebody.
    Url,
    /// A domain.
    Domain,
    /// A vector that a model made of a text or a face.
    Embedding,
    /// A digest, of which the original can be guessed.
    Digest,
    /// What somebody wrote.
    Prose,
    /// A file, or its name.
    File,
    /// A word of the program: a state, a kind, a currency.
    Technical,
    /// When something happened.
    Moment,
}

impl Subject {
    /// The transforms that suit a text, as they are written in rules, best first.
    pub fn transforms(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["email"],
            Self::FirstName => &["first_name"],
            Self::LastName => &["last_name"],
            Self::FullName => &["full_name"],
            Self::Username => &["username", "token"],
            Self::Title => &["title", "redact"],
            Self::Phone => &["phone", "token"],
            Self::Street => &["street_address"],
            Self::Address => &["address", "street_address", "free_text"],
            Self::Postcode => &["postcode"],
            Self::City => &["city"],
            Self::Place => &["geo", "redact"],
            Self::BirthDate => &["birth_date", "{ shift_date: { days: 180, min_age: 18 } }"],
            Self::Trait => &["redact"],
            Self::NationalId => &["national_id", "token"],
            Self::DocumentNumber => &["token"],
            Self::Passport => &["passport", "token"],
            Self::Mrz => &["mrz", "passport", "token"],
            Self::Vat => &["vat", "token"],
            Self::Organisation => &["organisation_number", "token"],
            Self::Company => &["company", "redact"],
            Self::Iban => &["iban", "token"],
            Self::Bic => &["bic", "redact"],
            Self::AccountNumber => &["account_number", "token"],
            Self::Card => &["card_number", "token"],
            Self::Amount => &["amount", "redact"],
            Self::PasswordHash => &["password_hash"],
            Self::Secret => &["token"],
            Self::ApiKey => &["api_key", "token"],
            Self::Jwt => &["jwt", "token"],
            Self::PrivateKey => &["pem", "token"],
            Self::TotpSeed => &["totp_seed", "token"],
            Self::Ip => &["ip", "free_text"],
            Self::Mac => &["mac", "redact"],
            Self::UserAgent => &["user_agent", "redact"],
            Self::Cookie => &["cookie", "token"],
            Self::Url => &["url", "redact"],
            Self::Domain => &["domain_name", "redact"],
            Self::Embedding => &["embedding", "redact"],
            Self::Digest => &["hex_digest", "token"],
            Self::Prose => &["free_text"],
            Self::File => &["redact"],
            Self::Technical | Self::Moment => &["keep"],
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Email => "e-mail",
            Self::FirstName => "given name",
            Self::LastName => "family name",
            Self::FullName => "name",
            Self::Username => "user name",
            Self::Title => "form of address",
            Self::Phone => "telephone",
            Self::Street => "street",
            Self::Address => "address",
            Self::Postcode => "postal code",
            Self::City => "town",
            Self::Place => "place",
            Self::BirthDate => "date of birth",
            Self::Trait => "trait of a person",
            Self::NationalId => "national identity number",
            Self::DocumentNumber => "number of a document",
            Self::Passport => "passport",
            Self::Mrz => "travel document",
            Self::Vat => "VAT number",
            Self::Organisation => "number of an organisation",
            Self::Company => "firm",
            Self::Iban => "IBAN",
            Self::Bic => "code of a bank",
            Self::AccountNumber => "account number",
            Self::Card => "payment card",
            Self::Amount => "money",
            Self::PasswordHash => "password hash",
            Self::Secret => "secret",
            Self::ApiKey => "API key",
            Self::Jwt => "JSON Web Token",
            Self::PrivateKey => "private key or certificate",
            Self::TotpSeed => "one-time password",
            Self::Ip => "IP address",
            Self::Mac => "hardware address",
            Self::UserAgent => "browser",
            Self::Cookie => "cookie",
            Self::Url => "web address",
            Self::Domain => "domain",
            Self::Embedding => "vector of a model",
            Self::Digest => "digest",
            Self::Prose => "text that somebody wrote",
            Self::File => "file",
            Self::Technical => "word of the program",
            Self::Moment => "time of an event",
        })
    }
}
