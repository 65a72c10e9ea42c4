//! What findings of surviving originals are called.

/// As what an original was met.
#[derive(Debug, Clone, Copy)]
pub(super) enum OriginalKind {
    Value,
    Name,
    Document,
    /// All digits of a number but the last.
    CutNumber,
    ShortNumber,
    /// A number that as many random ones would meet.
    ByChance,
}

impl OriginalKind {
    const ALL: [Self; 6] =
        [Self::Value, Self::Name, Self::Document, Self::CutNumber, Self::ShortNumber, Self::ByChance];

    fn prefix(self) -> &'static str {
        match self {
            Self::Value => "original of ",
            Self::Name => "a person's name, original of ",
            Self::Document => "a document, original of ",
            Self::CutNumber => "number without its last digit, original of ",
            Self::ShortNumber => "short number, original of ",
            Self::ByChance => "number met by chance, original of ",
        }
    }

    /// The finding's kind, for an original of this column: `original of users.email`.
    pub(super) fn of(self, column: &str) -> String {
        format!("{}{column}", self.prefix())
    }

    /// The column that a finding's kind names, if it is one of these.
    pub(super) fn column_of(kind: &str) -> Option<&str> {
        let column = Self::ALL.iter().find_map(|known| kind.strip_prefix(known.prefix()));
        column.filter(|column| !column.is_empty())
    }
}
