//! `api_key`: a key of the same issuer's form, marked as masked, that opens nothing.

use super::text_cell::{TextMask, built};
use super::token::{Token, require_distinct_room};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;

/// How keys of known issuers begin, the longest first where one begins another. What follows is drawn by lot at the
/// issuer and looked up there, so that a key whose random part says `masked` is one that was never given out.
const ISSUERS: &[&str] = &[
    // Stripe, and those who copied it
    "sk_live_",
    "sk_test_",
    "pk_live_",
    "pk_test_",
    "rk_live_",
    "rk_test_",
    "whsec_",
    // AWS: the number of the account is in the rest, and not in what takes its place
    "AKIA",
    "ASIA",
    "ABIA",
    "ACCA",
    // Google
    "AIza",
    "GOCSPX-",
    "ya29.",
    // Slack
    "xoxa-",
    "xoxb-",
    "xoxe-",
    "xoxo-",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    // SendGrid, Mailgun, Mailchimp, Postmark
    "SG.",
    "key-",
    // GitLab, Docker, Heroku, DigitalOcean, Netlify, Vercel
    "glpat-",
    "dckr_pat_",
    "HRKU-",
    "dop_v1_",
    "nfp_",
    // Shopify, Square, Vipps
    "shpat_",
    "shpss_",
    "shpca_",
    "sq0atp-",
    "sq0csp-",
    // OpenAI, Anthropic, Hugging Face
    "sk-proj-",
    "sk-ant-",
    "hf_",
    // Sumsub, New Relic, Sentry, Doppler
    "sbx:",
    "prd:",
    "NRAK-",
    "sntrys_",
    "dp.st.",
];

/// Of these the end is a checksum of the rest (GitHub's and npm's CRC-32), which scanners take for proof of a live key:
/// the mark takes the place of the beginning.
const WITH_CHECKSUM: &[&str] = &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "npm_", "pypi-", "glc_"];

/// Makes keys.
struct ApiKey(Token);

/// How a key begins, if that may stay.
fn kept(key: &str) -> &str {
    let begins = |prefix: &&&str| key.starts_with(**prefix) && key.len() >= prefix.len() + 10;
    if WITH_CHECKSUM.iter().any(|prefix| key.starts_with(prefix)) {
        return "";
    }
    let known = ISSUERS.iter().find(begins).map_or(0, |prefix| prefix.len());
    if known > 0 { key.get(..known).unwrap_or_default() } else { own_prefix(key) }
}

/// `shop_live_` of `shop_live_4eC39HqL…`: words in small letters before a `_`, at most three of them.
fn own_prefix(key: &str) -> &str {
    let is_word = |word: &str| (1..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let words = key.split('_').take(3).take_while(|word| is_word(word));
    let length: usize = words.map(|word| word.len() + 1).sum();
    if key.len() >= length + 10 { key.get(..length).unwrap_or_default() } else { "" }
}

impl TextMask for ApiKey {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        self.0.put_behind(kept(text), text, out);
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("api_key")?;
    require_distinct_room("api_key", site)?;
    let facts = Facts::changing(OriginalsOf::Identifier).unique(site.column.unique);
    Ok(built(ApiKey(Token::of_column(site)), facts))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use crate::rules::transform::Transform as Spec;

    fn key(original: &str) -> String {
        mask(&Spec::ApiKey(Default::default()), original)
    }

    #[test]
    fn what_tells_the_issuer_stays_where_the_rest_is_looked_up_there() {
        for prefix in ["sk_live_", "whsec_", "xoxb-", "AIza", "shop_live_", "glpat-"] {
            let original = format!("{prefix}q7Zr2LxP0vK9sTn4WbYc8Hd3");
            let masked = key(&original);
            assert!(masked.starts_with(&format!("{prefix}masked")), "{masked}");
            assert_eq!(masked.len(), original.len());
        }
        let amazon = key(concat!("AK", "IAQ7ZR2LXPVK5STN4W"));
        assert!(amazon.starts_with("AKIAMASKED") && amazon.len() == 20, "{amazon}");
    }

    #[test]
    fn what_ends_in_a_checksum_does_not_begin_as_a_live_one() {
        for prefix in ["ghp_", "github_pat_", "npm_"] {
            assert!(key(&format!("{prefix}{}", "a1B2".repeat(20))).starts_with("masked"));
        }
    }

    #[test]
    fn a_short_word_keeps_nothing_that_it_could_be_known_by() {
        let masked = key("sk_live_abc");
        assert!(!masked.ends_with("abc"), "{masked}");
    }
}
