//! Documents that people and programs write: rules, XML, lists of archives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagemask::postgres::archive_list::ArchiveList;
use stagemask::postgres::xml_tokens::{Tokens, unescape};
use stagemask::rules::load;

fuzz_target!(|text: &str| {
    let _ = load::parse("rules.yaml", text.as_bytes());
    let _ = load::parse("rules.yaml", format!("version: 1\ntables:\n  t: {{ columns: {{ c: {text} }} }}\n").as_bytes());
    let _ = Tokens::new(text).count();
    let _ = unescape(text);
    let list = ArchiveList::parse(text);
    let _ = (list.for_masked_copy(), list.left_out());
});
