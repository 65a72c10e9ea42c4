//! What a rules file can say about one column: the catalogue of transforms and their options.
//!
//! These are data. What a transform does is in `mask::transforms`, one file each, with the same stem.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::options::*;

/// A transform and its options, as `name` or `{ name: { option: value } }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Transform {
    /// NULL in every row.
    Null(NoOptions),
    /// The same value in every row.
    Constant(Constant),
    /// A placeholder that is valid for the type: a word, `{}` in JSON, in bytea a document of the same kind.
    Redact(NoOptions),
    /// The same JPEG or PNG without what says where, when and by whom it was taken; other bytes become a placeholder.
    StripExif(NoOptions),
    /// A given name of the locale.
    FirstName(Name),
    /// A made-up family name of the locale.
    LastName(NoOptions),
    /// A given name and a made-up family name.
    FullName(Name),
    /// Another title of the same kind, in the same form.
    Title(NoOptions),
    /// A user name made from the masked name.
    Username(Username),
    /// Another date of birth within the same few years.
    BirthDate(BirthDate),
    /// An address at a reserved domain, made from the masked name, unique.
    Email(Email),
    /// A number from a range that is reserved or not allocated, in the form of the original.
    Phone(Phone),
    /// A street and a number.
    StreetAddress(StreetAddress),
    /// A city.
    City(City),
    /// A postal code.
    Postcode(Postcode),
    /// A whole postal address, in as many lines as the original.
    Address(Address),
    /// A company that doesn't exist, with the legal form of the original.
    Company(NoOptions),
    /// A URL at a reserved domain, with a path of the same shape.
    Url(Url),
    /// A reserved domain.
    DomainName(DomainName),
    /// A valid IBAN of a bank that doesn't exist.
    Iban(Iban),
    /// A valid account number of a bank that doesn't exist.
    AccountNumber(AccountNumber),
    /// The code of a bank that doesn't exist (ISO 9362), in the country of the original.
    Bic(NoOptions),
    /// A card number with a valid check digit that no network issues.
    CardNumber(CardNumber),
    /// An amount changed by some share of itself, with its sign, its decimals and the way it is written.
    Amount(Amount),
    /// Another currency's code (ISO 4217).
    Currency(Currency),
    /// A national identity number from the range for synthetic people.
    NationalId(NationalId),
    /// The number of an organisation that doesn't exist.
    OrganisationNumber(OrganisationNumber),
    /// A VAT number of the same country that nobody has.
    Vat(NoOptions),
    /// A passport number in the form of the original.
    Passport(NoOptions),
    /// The machine-readable zone of a document of Utopia (ICAO 9303), with the masked name.
    Mrz(NoOptions),
    /// Another uuid, distinct for distinct originals.
    Uuid(Uuid),
    /// Another whole number, distinct for distinct originals: for keys and what refers to them.
    Key(Key),
    /// Another code of the same form, distinct for distinct originals: letters for letters, digits for digits.
    Code(Code),
    /// Hexadecimal digits of a keyed hash.
    HexDigest(HexDigest),
    /// A token of the same length and alphabet, marked as masked.
    Token(NoOptions),
    /// A hash of a staging password that testers know, in the scheme of the original.
    PasswordHash(NoOptions),
    /// A JSON Web Token that still parses and that no key has signed, with masked claims.
    Jwt(Jwt),
    /// A key of the same issuer's form, marked as masked, that opens nothing.
    ApiKey(NoOptions),
    /// A seed of one-time passwords: base32 of the same length, marked as masked.
    TotpSeed(NoOptions),
    /// A PEM block of the same label and size that holds no key.
    Pem(NoOptions),
    /// A keyed hash, BLAKE3 or HMAC-SHA-256, in hexadecimal digits, base64 or base32.
    Hash(Hash),
    /// An address from a range that is reserved for documentation or testing, in text too.
    Ip(Ip),
    /// A locally administered hardware address, in the spelling of the original.
    Mac(NoOptions),
    /// What a common browser of the same family on the same system sends.
    UserAgent(NoOptions),
    /// The same cookies with masked values; what `Set-Cookie` says beside the value stays.
    Cookie(NoOptions),
    /// The date, moved by some days.
    ShiftDate(ShiftDate),
    /// The number, changed by some share of itself.
    Noise(Noise),
    /// One of the values that are given, at random.
    Choice(Choice),
    /// One of the values in a file, at random.
    Dictionary(Dictionary),
    /// The values of the column, dealt out among the rows of the table anew.
    Shuffle(NoOptions),
    /// The number, rounded to a step; the date or time, to the beginning of an hour, a day, a month or a year.
    Round(Round),
    /// The number, replaced by the edge of the bucket that it falls into; in text, by the bucket's label.
    Bucket(Bucket),
    /// The value, less exact: the beginning of a text, the year of a date, the network of an address, a category.
    Generalise(Generalise),
    /// A whole number in a range, at random.
    RandomInt(RandomInt),
    /// A floating-point number in a range, at random.
    RandomFloat(RandomFloat),
    /// A decimal number in a range, at random.
    RandomDecimal(RandomDecimal),
    /// A date in a range, at random.
    RandomDate(RandomDate),
    /// A timestamp in a range, at random.
    RandomTimestamp(RandomTimestamp),
    /// An interval in a range, at random.
    RandomInterval(RandomInterval),
    /// True or false, at random.
    RandomBool(RandomBool),
    /// A place on the globe, moved by some metres or to the centre of its square.
    Geo(Geo),
    /// Another label of the enum.
    EnumValue(EnumValue),
    /// What a program of your own makes of the value; it has to be allowed when a run is started.
    Command(Command),
    /// Transforms for parts of a JSON document, by path; what no path names is redacted.
    Json(BTreeMap<String, PartDecision>),
    /// Transforms for the fields of a composite type, by name.
    Fields(BTreeMap<String, PartDecision>),
    /// Transforms for the values of an hstore, by key, `*` for all others; what no key names is redacted.
    Hstore(BTreeMap<String, PartDecision>),
    /// Transforms for parts of an XML document, by path; what no path names is redacted.
    Xml(BTreeMap<String, PartDecision>),
    /// Another transform, of what a text in base64 carries.
    Base64(Base64),
    /// A vector of the same length that points somewhere else.
    Embedding(NoOptions),
    /// The search vector of the masked texts, computed by the target.
    Tsvector(Tsvector),
    /// The text, with everything that looks like personal data replaced.
    FreeText(NoOptions),
    /// Words that mean nothing, in the shape of the original: as long, with its lines, sentences and capitals.
    Lorem(NoOptions),
    /// The value with all but a few letters and digits covered: `***1234`.
    Partial(Partial),
    /// The text with each match of a regular expression replaced.
    RegexReplace(RegexReplace),
    /// A text put together from the masked row by a template.
    Template(Template),
    /// The first characters of what another transform makes.
    Truncate(Truncate),
}

impl Transform {
    /// The name by which rules call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Null(_) => "null",
            Self::Constant(_) => "constant",
            Self::Redact(_) => "redact",
            Self::StripExif(_) => "strip_exif",
            Self::FirstName(_) => "first_name",
            Self::LastName(_) => "last_name",
            Self::FullName(_) => "full_name",
            Self::Title(_) => "title",
            Self::Username(_) => "username",
            Self::BirthDate(_) => "birth_date",
            Self::Email(_) => "email",
            Self::Phone(_) => "phone",
            Self::StreetAddress(_) => "street_address",
            Self::City(_) => "city",
            Self::Postcode(_) => "postcode",
            Self::Address(_) => "address",
            Self::Company(_) => "company",
            Self::Url(_) => "url",
            Self::DomainName(_) => "domain_name",
            Self::Iban(_) => "iban",
            Self::AccountNumber(_) => "account_number",
            Self::Bic(_) => "bic",
            Self::CardNumber(_) => "card_number",
            Self::Amount(_) => "amount",
            Self::Currency(_) => "currency",
            Self::NationalId(_) => "national_id",
            Self::OrganisationNumber(_) => "organisation_number",
            Self::Vat(_) => "vat",
            Self::Passport(_) => "passport",
            Self::Mrz(_) => "mrz",
            Self::Uuid(_) => "uuid",
            Self::Key(_) => "key",
            Self::Code(_) => "code",
            Self::HexDigest(_) => "hex_digest",
            Self::Token(_) => "token",
            Self::PasswordHash(_) => "password_hash",
            Self::Jwt(_) => "jwt",
            Self::ApiKey(_) => "api_key",
            Self::TotpSeed(_) => "totp_seed",
            Self::Pem(_) => "pem",
            Self::Hash(_) => "hash",
            Self::Ip(_) => "ip",
            Self::Mac(_) => "mac",
            Self::UserAgent(_) => "user_agent",
            Self::Cookie(_) => "cookie",
            Self::ShiftDate(_) => "shift_date",
            Self::Noise(_) => "noise",
            Self::Choice(_) => "choice",
            Self::Dictionary(_) => "dictionary",
            Self::Shuffle(_) => "shuffle",
            Self::Round(_) => "round",
            Self::Bucket(_) => "bucket",
            Self::Generalise(_) => "generalise",
            Self::RandomInt(_) => "random_int",
            Self::RandomFloat(_) => "random_float",
            Self::RandomDecimal(_) => "random_decimal",
            Self::RandomDate(_) => "random_date",
            Self::RandomTimestamp(_) => "random_timestamp",
            Self::RandomInterval(_) => "random_interval",
            Self::RandomBool(_) => "random_bool",
            Self::Geo(_) => "geo",
            Self::EnumValue(_) => "enum_value",
            Self::Command(_) => "command",
            Self::Json(_) => "json",
            Self::Fields(_) => "fields",
            Self::Hstore(_) => "hstore",
            Self::Xml(_) => "xml",
            Self::Base64(_) => "base64",
            Self::Embedding(_) => "embedding",
            Self::Tsvector(_) => "tsvector",
            Self::FreeText(_) => "free_text",
            Self::Lorem(_) => "lorem",
            Self::Partial(_) => "partial",
            Self::RegexReplace(_) => "regex_replace",
            Self::Template(_) => "template",
            Self::Truncate(_) => "truncate",
        }
    }
}

impl Transform {
    /// Whether it starts a program, itself or in one of its parts.
    pub fn runs_a_program(&self) -> bool {
        let in_part = |part: &PartDecision| matches!(part.decision(), Some(Decision::Mask(transform)) if transform.runs_a_program());
        match self {
            Self::Command(_) => true,
            Self::Json(parts) | Self::Fields(parts) => parts.values().any(in_part),
            _ => false,
        }
    }
}

/// What happens to a column, or to a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// The value stays as it is.
    Keep,
    /// The value is masked.
    Mask(Transform),
}

/// What happens to a part of a column; in YAML the same as for a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", untagged)]
pub enum PartDecision {
    /// `keep`, or a transform without options.
    Name(String),
    /// A transform with options.
    Transform(Box<Transform>),
}

impl Transform {
    /// The transform of this name without options, if there is one that works without.
    pub fn named(name: &str) -> Option<Self> {
        let written = serde_json::Value::Object([(name.to_owned(), serde_json::json!({}))].into_iter().collect());
        match Self::deserialize(written).ok()? {
            // Without a part they would say nothing.
            Self::Json(_) | Self::Fields(_) | Self::Hstore(_) | Self::Xml(_) => None,
            transform => Some(transform),
        }
    }
}

impl PartDecision {
    /// What happens to the part; `None` if the name is neither `keep` nor a transform that works without options, which
    /// rules that were loaded don't contain.
    pub fn decision(&self) -> Option<Decision> {
        match self {
            Self::Name(name) if name == "keep" => Some(Decision::Keep),
            Self::Name(name) => Transform::named(name).map(Decision::Mask),
            Self::Transform(transform) => Some(Decision::Mask(transform.as_ref().clone())),
        }
    }
}

/// The language and country of made-up people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Locale {
    /// Norwegian bokmål, Norway.
    #[serde(rename = "nb_NO")]
    NbNo,
    /// English, country of no account.
    #[serde(rename = "en")]
    #[default]
    En,
    /// Arabic, Saudi Arabia.
    #[serde(rename = "ar_SA")]
    ArSa,
    /// Welsh, Great Britain.
    #[serde(rename = "cy_GB")]
    CyGb,
    /// Danish, Denmark.
    #[serde(rename = "da_DK")]
    DaDk,
    /// German, Germany.
    #[serde(rename = "de_DE")]
    DeDe,
    /// Persian, Iran.
    #[serde(rename = "fa_IR")]
    FaIr,
    /// Finnish, Finland.
    #[serde(rename = "fi_FI")]
    FiFi,
    /// French, France.
    #[serde(rename = "fr_FR")]
    FrFr,
    /// Italian, Italy.
    #[serde(rename = "it_IT")]
    ItIt,
    /// Japanese, Japan.
    #[serde(rename = "ja_JP")]
    JaJp,
    /// Dutch, the Netherlands.
    #[serde(rename = "nl_NL")]
    NlNl,
    /// Portuguese, Brazil.
    #[serde(rename = "pt_BR")]
    PtBr,
    /// Portuguese, Portugal.
    #[serde(rename = "pt_PT")]
    PtPt,
    /// Swedish, Sweden.
    #[serde(rename = "sv_SE")]
    SvSe,
    /// Turkish, Turkey.
    #[serde(rename = "tr_TR")]
    TrTr,
    /// Chinese in simplified characters, China.
    #[serde(rename = "zh_CN")]
    ZhCn,
    /// Chinese in traditional characters, Taiwan.
    #[serde(rename = "zh_TW")]
    ZhTw,
}

impl Locale {
    /// All of them, in the order of the type.
    pub const ALL: [Self; 18] = [
        Self::NbNo,
        Self::En,
        Self::ArSa,
        Self::CyGb,
        Self::DaDk,
        Self::DeDe,
        Self::FaIr,
        Self::FiFi,
        Self::FrFr,
        Self::ItIt,
        Self::JaJp,
        Self::NlNl,
        Self::PtBr,
        Self::PtPt,
        Self::SvSe,
        Self::TrTr,
        Self::ZhCn,
        Self::ZhTw,
    ];

    /// The country (ISO 3166 alpha-2), if the locale has one.
    pub fn country(self) -> Option<&'static str> {
        match self {
            Self::En => None,
            Self::NbNo => Some("NO"),
            Self::ArSa => Some("SA"),
            Self::CyGb => Some("GB"),
            Self::DaDk => Some("DK"),
            Self::DeDe => Some("DE"),
            Self::FaIr => Some("IR"),
            Self::FiFi => Some("FI"),
            Self::FrFr => Some("FR"),
            Self::ItIt => Some("IT"),
            Self::JaJp => Some("JP"),
            Self::NlNl => Some("NL"),
            Self::PtBr => Some("BR"),
            Self::PtPt => Some("PT"),
            Self::SvSe => Some("SE"),
            Self::TrTr => Some("TR"),
            Self::ZhCn => Some("CN"),
            Self::ZhTw => Some("TW"),
        }
    }
}
