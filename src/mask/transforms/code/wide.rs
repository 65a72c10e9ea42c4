//! Codes of more values than a number counts.

use super::places::Place;
use crate::secret::DomainKey;

/// As FF1 has.
const ROUNDS: u8 = 10;

/// Replaces the values by others, by a Feistel network over the two halves of the code: to each place of the one half a
/// value is added, modulo its radix, that the other half and the key decide. It is run forwards, one place is moved on by
/// one, and it is run backwards: so nothing is its own fake.
pub(super) fn another(key: &DomainKey, tweak: u64, places: &mut [Place]) {
    for round in 0..ROUNDS {
        turn(key, tweak, round, places, |value, drawn, radix| (value + drawn) % radix);
    }
    if let Some(place) = places.first_mut() {
        place.value = (place.value + 1) % place.radix;
    }
    for round in (0..ROUNDS).rev() {
        turn(key, tweak, round, places, |value, drawn, radix| (value + radix - drawn) % radix);
    }
}

fn turn(key: &DomainKey, tweak: u64, round: u8, places: &mut [Place], add: impl Fn(u32, u32, u32) -> u32) {
    let (left, right) = places.split_at_mut(places.len() / 2);
    let (from, to) = if round.is_multiple_of(2) { (right, left) } else { (left, right) };
    let mut input = Vec::with_capacity(from.len() * 4 + 9);
    input.extend_from_slice(&tweak.to_le_bytes());
    input.push(round);
    input.extend(from.iter().flat_map(|place| place.value.to_le_bytes()));
    let mut stream = key.stream(&input);
    for place in to {
        let mut word = [0u8; 8];
        stream.fill(&mut word);
        // Of 64 bits, so that no value is noticeably likelier than another.
        let drawn = (u128::from(u64::from_le_bytes(word)) * u128::from(place.radix)) >> 64;
        place.value = add(place.value, drawn as u32, place.radix);
    }
}
