//! `user_agent`: what a common browser of the same family on the same system sends.
//!
//! Versions, models and languages make a `User-Agent` nearly a name: what comes out is shared by everybody with such a
//! browser, in the reduced form that browsers themselves send by now.

use super::text_cell::{TextMask, built, truncate};
use super::{Built, CellError, Facts, Refusal, Row, Site};
use crate::originals::OriginalsOf;

/// What tells a program, in the order of looking: Edge says that it is Chrome, and Chrome that it is Safari.
const PROGRAMS: &[(&str, Program)] = &[
    ("bot", Program::Bot),
    ("crawl", Program::Bot),
    ("spider", Program::Bot),
    ("edg", Program::Edge),
    ("opr/", Program::Opera),
    ("opera", Program::Opera),
    ("samsungbrowser", Program::Samsung),
    ("firefox", Program::Firefox),
    ("fxios", Program::Firefox),
    ("crios", Program::Chrome),
    ("chrom", Program::Chrome),
    ("; wv)", Program::WebView),
    ("safari", Program::Safari),
    ("applewebkit", Program::WebView),
    ("cfnetwork", Program::Native("App/1.0 CFNetwork/1490.0.4 Darwin/23.0.0")),
    ("okhttp", Program::Native("okhttp/4.12.0")),
    ("dalvik", Program::Native("Dalvik/2.1.0 (Linux; U; Android 10; K)")),
    ("dart", Program::Native("Dart/3.0 (dart:io)")),
    ("curl", Program::Native("curl/8.0.0")),
    ("wget", Program::Native("Wget/1.21")),
    ("postman", Program::Native("PostmanRuntime/7.0.0")),
    ("python", Program::Native("python-requests/2.31.0")),
    ("axios", Program::Native("axios/1.6.0")),
    ("node", Program::Native("node")),
    ("go-http", Program::Native("Go-http-client/1.1")),
    ("java", Program::Native("Java/17.0")),
    ("ruby", Program::Native("Ruby")),
    ("php", Program::Native("PHP/8.2")),
    ("mozilla", Program::Unknown),
];

/// What tells a system, in the order of looking: Android says that it is Linux, and an iPhone that it is like a Mac.
const SYSTEMS: &[(&str, System)] = &[
    ("iphone", System::IPhone),
    ("ipod", System::IPhone),
    ("ipad", System::IPad),
    ("android", System::Android),
    ("windows", System::Windows),
    ("cros", System::ChromeOs),
    ("mac", System::Mac),
    ("linux", System::Linux),
    ("x11", System::Linux),
];

#[derive(Clone, Copy)]
enum Program {
    Chrome,
    Edge,
    Opera,
    Samsung,
    Firefox,
    Safari,
    WebView,
    Bot,
    Native(&'static str),
    Unknown,
}

#[derive(Clone, Copy, PartialEq)]
enum System {
    Windows,
    Mac,
    Linux,
    ChromeOs,
    Android,
    IPhone,
    IPad,
}

impl System {
    /// What stands in the first parentheses.
    fn platform(self) -> &'static str {
        match self {
            Self::Windows => "Windows NT 10.0; Win64; x64",
            Self::Mac => "Macintosh; Intel Mac OS X 10_15_7",
            Self::Linux => "X11; Linux x86_64",
            Self::ChromeOs => "X11; CrOS x86_64 14541.0.0",
            Self::Android => "Linux; Android 10; K",
            Self::IPhone => "iPhone; CPU iPhone OS 17_0 like Mac OS X",
            Self::IPad => "iPad; CPU OS 17_0 like Mac OS X",
        }
    }

    fn is_mobile(self) -> bool {
        matches!(self, Self::Android | Self::IPhone | Self::IPad)
    }

    /// Where every browser is built on Apple's WebKit.
    fn is_ios(self) -> bool {
        matches!(self, Self::IPhone | Self::IPad)
    }
}

/// Appends the text of a browser on a system.
fn put(program: Program, system: System, out: &mut Vec<u8>) {
    let platform = system.platform();
    let mobile = if system.is_mobile() { " Mobile" } else { "" };
    let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0";
    let webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
    let text = match program {
        Program::Firefox if !system.is_ios() => {
            let platform = if system == System::Android { "Android 10; Mobile" } else { platform };
            format!("Mozilla/5.0 ({platform}; rv:120.0) Gecko/20100101 Firefox/120.0")
        }
        Program::WebView if !system.is_ios() => {
            format!(
                "Mozilla/5.0 ({platform}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0{mobile} Safari/537.36"
            )
        }
        Program::Chrome | Program::Edge | Program::Opera | Program::Samsung if !system.is_ios() => {
            let (before, after) = match program {
                Program::Edge => ("", " Edg/120.0.0.0"),
                Program::Opera => ("", " OPR/106.0.0.0"),
                Program::Samsung => ("SamsungBrowser/23.0 ", ""),
                _ => ("", ""),
            };
            format!(
                "Mozilla/5.0 ({platform}) {chrome} {before}{}Safari/537.36{after}",
                mobile.trim_start().to_owned() + if mobile.is_empty() { "" } else { " " }
            )
        }
        Program::Chrome => format!("Mozilla/5.0 ({platform}) {webkit} CriOS/120.0 Mobile/15E148 Safari/604.1"),
        Program::Edge => {
            format!("Mozilla/5.0 ({platform}) {webkit} Version/17.0 EdgiOS/120.0 Mobile/15E148 Safari/604.1")
        }
        Program::Firefox => format!("Mozilla/5.0 ({platform}) {webkit} FxiOS/120.0 Mobile/15E148 Safari/604.1"),
        Program::WebView => format!("Mozilla/5.0 ({platform}) {webkit} Mobile/15E148"),
        Program::Safari | Program::Opera | Program::Samsung => {
            let mobile = if system.is_ios() { " Mobile/15E148" } else { "" };
            format!("Mozilla/5.0 ({platform}) {webkit} Version/17.0{mobile} Safari/604.1")
        }
        Program::Bot => "Mozilla/5.0 (compatible; bot/1.0)".to_owned(),
        Program::Native(text) => text.to_owned(),
        Program::Unknown => format!("Mozilla/5.0 ({platform})"),
    };
    out.extend_from_slice(text.as_bytes());
}

/// Chooses a text by what the original says.
struct UserAgent {
    room: usize,
}

impl TextMask for UserAgent {
    fn mask_text(&self, text: &str, _row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), CellError> {
        let small = text.to_ascii_lowercase();
        let program = PROGRAMS.iter().find(|(word, _)| small.contains(word)).map(|(_, program)| *program);
        let system = SYSTEMS.iter().find(|(word, _)| small.contains(word)).map(|(_, system)| *system);
        let start = out.len();
        match (program, system) {
            (Some(program), system) => put(program, system.unwrap_or(System::Windows), out),
            // An app of the shop's own, as a rule: `Drop/3.2 (iPhone; iOS 17.2)`.
            (None, Some(System::IPhone | System::IPad)) => out.extend_from_slice(b"App/1.0 (iOS)"),
            (None, Some(System::Android)) => out.extend_from_slice(b"App/1.0 (Android)"),
            (None, _) => out.extend_from_slice(b"App/1.0"),
        }
        truncate(out, start, self.room);
        Ok(())
    }
}

pub(super) fn build(site: &Site<'_>) -> Result<Built, Refusal> {
    site.require_text("user_agent")?;
    site.forbid_unique("user_agent")?;
    Ok(built(UserAgent { room: site.room() }, Facts::of(OriginalsOf::Shared)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::mask;
    use crate::rules::transform::Transform as Spec;

    fn agent(text: &str) -> String {
        mask(&Spec::UserAgent(Default::default()), text)
    }

    #[test]
    fn browser_and_system_stay_and_versions_and_models_do_not() {
        let masked = agent(
            "Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/121.0.6167.143 Mobile Safari/537.36",
        );
        assert_eq!(
            masked,
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"
        );
        assert_eq!(agent(&masked), masked);
        let safari = agent(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Version/17.2 Mobile/15E148 Safari/604.1",
        );
        assert!(safari.contains("iPhone OS 17_0") && safari.contains("Safari") && !safari.contains("Chrome"));
        let edge = agent("Mozilla/5.0 (Windows NT 10.0) Chrome/121.0.1.2 Safari/537.36 Edg/121.0.2277.83");
        assert!(edge.contains("Windows NT") && edge.ends_with("Safari/537.36 Edg/120.0.0.0"), "{edge}");
        let firefox = agent("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0");
        assert_eq!(firefox, "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0");
    }

    #[test]
    fn programs_that_are_no_browsers_stay_themselves() {
        assert_eq!(agent("curl/7.88.1"), "curl/8.0.0");
        assert_eq!(agent("okhttp/3.14.9"), "okhttp/4.12.0");
        assert_eq!(agent("Drop/3.2.1 (iPhone14,2; iOS 17.2; kari@fjordpost.no)"), "App/1.0 (iOS)");
        assert!(agent("Mozilla/5.0 (compatible; Googlebot/2.1)").contains("bot"));
        assert_eq!(agent("something by Kari"), "App/1.0");
    }
}
