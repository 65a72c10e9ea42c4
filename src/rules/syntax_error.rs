//! What the YAML parser stumbled over, in words for people who don't know its grammar.

use serde_saphyr::granit_parser::{ErrorKind, ScanError};

use super::rule::{Mistake, Place};

/// The mistake that an error of the parser stands for.
pub(super) fn mistake(error: &ScanError, place: Place) -> Mistake {
    let (what, help) = words(error.kind());
    Mistake { place: Some(place), what, help: Some(help.to_owned()) }
}

const INDENT: &str =
    "keys that belong together begin in the same column, and what belongs to a key is indented by two more spaces";
const QUOTES: &str = "put a text with special characters into single quotes: 'like this'; a quote inside is doubled";

fn words(kind: &ErrorKind) -> (String, &'static str) {
    use ErrorKind as K;
    let (what, help) = match kind {
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart
        | K::TabInPlainScalar => ("a tab isn't allowed here", "indent with spaces"),
        K::UnclosedFlowCollection { open } | K::MismatchedFlowCollectionEnd { open, .. } => {
            return (format!("the `{open}` has no counterpart"), "close `[` with `]` and `{` with `}`");
        }
        K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::MisplacedFlowCollectionEnd => ("the brackets don't match", "close `[` with `]` and `{` with `}`"),
        K::ExpectedFlowMappingSeparator | K::ExpectedFlowSequenceSeparator => (
            "the brackets don't match, or a comma is missing",
            "separate entries with `,` and close `[` with `]` and `{` with `}`",
        ),
        K::FlowMappingValueAdjacentCollection => ("a space is missing after the colon", "write `key: value`"),
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar | K::InvalidQuotedScalarIndent => {
            ("the quote isn't closed", QUOTES)
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => {
            ("something follows the closing quote", QUOTES)
        }
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidUnicodeEscape
        | K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate => {
            ("this `\\` escapes nothing that is known", "in single quotes a `\\` has no special meaning")
        }
        K::UnexpectedCharacter { character } => {
            return (format!("`{}` isn't allowed here", character.escape_default()), QUOTES);
        }
        K::RecursionLimitExceeded => ("this is nested too deep", "rules need no more than a few levels"),
        K::SimpleKeyExpected | K::ExpectedBlockMappingKey | K::InvalidSimpleKey => {
            ("this is neither a key nor does it belong to one", "write `key: value`, with a space after the colon")
        }
        K::MappingValueNotAllowed
        | K::InvalidMappingValueWhitespace
        | K::InvalidColonPlacement
        | K::MappingKeyNotAllowed => ("a `key: value` isn't possible here", INDENT),
        K::BlockSequenceEntryNotAllowed
        | K::BlockEntryInFlowCollection
        | K::InvalidBlockEntryWhitespace
        | K::ExpectedBlockSequenceEntry
        | K::PlainScalarStartsWithDashFlowIndicator => ("a list entry `- …` isn't possible here", INDENT),
        K::InvalidIndentation | K::InvalidFlowScalarIndent | K::InvalidBlockScalarIndent => {
            ("the indentation fits nothing above", INDENT)
        }
        K::CommentNotSeparated | K::CommentInterceptedScalar => {
            ("a comment isn't possible here", "put a space before `#`, or the text into single quotes")
        }
        K::MissingAnchorOrAliasName => {
            ("a name is missing after `*` or `&`", "a text that begins with `*` or `&` is written in quotes")
        }
        K::BomInsideDocument => ("a byte order mark isn't allowed here", "remove the invisible character (U+FEFF)"),
        K::ExpectedTagBang
        | K::InvalidTagTerminator
        | K::MissingTagUri
        | K::UnclosedVerbatimTag
        | K::InvalidTagEscape
        | K::UndeclaredTagHandle => {
            ("tags have no meaning in rules", "a text that begins with `!` is written in quotes")
        }
        K::MultipleDocumentsUnsupported
        | K::InvalidDocumentEnd
        | K::ExpectedDocumentStart
        | K::MissingDocumentEndBeforeDirective => (
            "what follows doesn't belong to the rules above",
            "a file is one document; its keys begin in the first column",
        ),
        _ => ("this isn't YAML", QUOTES),
    };
    (what.to_owned(), help)
}
