use std::fmt;

use crate::verify::findings::Severity;

/// What a piece of text was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An IBAN.
    Iban,
    /// A Norwegian account number.
    AccountNumber,
    /// A national identity number.
    NationalId,
    /// A number that would be a national identity number under the rule for those issued from 2032.
    NationalIdFrom2032,
    /// The number of a payment card.
    Pan,
    /// A public IPv4 address.
    Ipv4,
    /// A public IPv6 address.
    Ipv6,
    /// A JSON Web Token.
    Jwt,
    /// A key or token whose issuer is known by its form.
    Secret,
    /// A password's hash.
    PasswordHash,
    /// A URL with a user's name and password.
    UrlCredentials,
    /// Text that looks random, in a place whose name tells of a secret.
    HighEntropy,
    /// The number of an organisation.
    OrganisationNumber,
    /// A VAT number.
    Vat,
    /// The code of a bank (BIC).
    Bic,
    /// The machine-readable zone of a travel document.
    TravelDocument,
    /// A hardware address that a maker gave out.
    Mac,
    /// A place on the globe.
    Coordinates,
    /// Somebody's date of birth.
    BirthDate,
    /// The name of a person.
    PersonName,
    /// A street with a house number.
    StreetAddress,
    /// A certificate, which names whom it was issued to.
    Certificate,
    /// What a shop's own detector recognises.
    Custom(CustomKind),
}

/// What a shop's own detector recognises: its name and what a hit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct CustomKind {
    /// The detector's name.
    pub name: &'static str,
    /// What a hit means for the gate.
    pub severity: Severity,
}

impl Kind {
    /// What a hit of this kind means for the gate, provided that it isn't put down to chance.
    pub fn severity(self) -> Severity {
        match self {
            // Nobody has such a number before 2032, and one in 400 of all eleven-digit numbers would pass for one.
            Self::NationalIdFrom2032 => Severity::Warning,
            // Registers of organisations and banks are public; only a sole trader's number is a person's.
            Self::OrganisationNumber | Self::Vat | Self::Bic | Self::Certificate => Severity::Warning,
            // No space is set aside for made-up ones, so the form can't tell them from real ones: the originals do.
            Self::BirthDate | Self::Coordinates | Self::StreetAddress => Severity::Warning,
            Self::Custom(custom) => custom.severity,
            _ => Severity::Blocking,
        }
    }

    /// Whether made-up values of this kind can be told from real ones by their form. Where they can't, a masked column
    /// holds as many hits as its original, and only the originals can judge it.
    pub fn has_synthetic_space(self) -> bool {
        !matches!(self, Self::BirthDate | Self::Coordinates | Self::StreetAddress)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Email => "e-mail address",
            Self::Phone => "phone number",
            Self::Iban => "IBAN",
            Self::AccountNumber => "account number",
            Self::NationalId => "national identity number",
            Self::NationalIdFrom2032 => "national identity number (rule of 2032)",
            Self::Pan => "card number",
            Self::Ipv4 => "IPv4 address",
            Self::Ipv6 => "IPv6 address",
            Self::Jwt => "JSON Web Token",
            Self::Secret => "secret",
            Self::PasswordHash => "password hash",
            Self::UrlCredentials => "URL with a password",
            Self::HighEntropy => "random-looking secret",
            Self::OrganisationNumber => "organisation number",
            Self::Vat => "VAT number",
            Self::Bic => "code of a bank",
            Self::TravelDocument => "machine-readable zone of a travel document",
            Self::Mac => "hardware address",
            Self::Coordinates => "place on the globe",
            Self::BirthDate => "date of birth",
            Self::PersonName => "person's name",
            Self::StreetAddress => "street address",
            Self::Certificate => "certificate",
            Self::Custom(custom) => custom.name,
        })
    }
}

/// How sure a detector is.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The form leaves no doubt.
    Certain,
    /// The form together with what stands around it.
    Likely,
    /// Only a check digit: a random number of this form would pass with this probability. One such hit says nothing;
    /// [`super::verdict`] says what many of them in a column do.
    Chance(f64),
}

impl Certainty {
    /// Whether one such hit says nothing.
    pub fn is_chance(self) -> bool {
        matches!(self, Self::Chance(_))
    }
}
