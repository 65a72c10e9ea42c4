use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::*;

/// The content of one DER element, and what follows it (X.690, 8.1).
fn element(bytes: &[u8]) -> (u8, &[u8], &[u8]) {
    let (length, header) = match bytes[1] {
        short @ ..=0x7f => (usize::from(short), 2),
        long => {
            let count = usize::from(long & 0x7f);
            (bytes[2..2 + count].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), 2 + count)
        }
    };
    (bytes[0], &bytes[header..header + length], &bytes[header + length..])
}

/// `notAfter` (RFC 5280, 4.1.2.5).
fn expires(certificate: &[u8]) -> SystemTime {
    let (_, to_be_signed, _) = element(element(certificate).1);
    let mut rest = to_be_signed;
    // Version, serial number, algorithm, issuer.
    for _ in 0..4 {
        rest = element(rest).2;
    }
    let (_, validity, _) = element(rest);
    let (kind, time, _) = element(element(validity).2);
    let time = std::str::from_utf8(time).unwrap();
    let year = if kind == 0x17 { format!("20{}", &time[..2]) } else { time[..4].to_owned() };
    let month_and_day = &time[year.len() - if kind == 0x17 { 2 } else { 0 }..];
    humantime::parse_rfc3339(&format!("{year}-{}-{}T00:00:00Z", &month_and_day[..2], &month_and_day[2..4])).unwrap()
}

#[test]
fn every_built_in_root_is_valid_for_a_year_and_there_once() {
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(RDS.as_bytes()).collect::<Result<_, _>>().map_err(|_| "not PEM").unwrap();
    assert_eq!(certificates.len(), RDS.matches("-----BEGIN CERTIFICATE-----").count());
    assert!(certificates.len() > 80);
    let in_a_year = SystemTime::now() + Duration::from_secs(365 * 24 * 3600);
    let mut store = RootCertStore::empty();
    for certificate in &certificates {
        assert!(expires(certificate) > in_a_year, "{}", humantime::format_rfc3339(expires(certificate)));
        store.add(certificate.clone()).unwrap();
    }
    let different: BTreeSet<&[u8]> = certificates.iter().map(AsRef::as_ref).collect();
    assert_eq!(different.len(), certificates.len());
    assert_eq!(Roots::Rds.load().unwrap().len(), certificates.len());
}

#[test]
fn the_roots_for_other_programs_are_the_same_and_go_with_their_owner() {
    let written = Roots::Rds.written().unwrap();
    let file = written.file_for_libpq(TlsMode::VerifyFull).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), RDS);
    drop(written);
    assert!(!file.exists());
}

#[test]
fn rds_is_known_by_its_name() {
    for name in
        ["drop.c1.eu-north-1.rds.amazonaws.com", "Drop.C1.RDS.amazonaws.com.", "d.rds.cn-north-1.rds.amazonaws.com.cn"]
    {
        assert!(is_rds(name), "{name}");
    }
    for name in ["rds.amazonaws.com.example.org", "notrds.amazonaws.com", "10.0.0.1"] {
        assert!(!is_rds(name), "{name}");
    }
}
