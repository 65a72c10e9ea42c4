//! Moving places on a sphere of the Earth's mean radius, which differs from the ellipsoid by less than one in 200.

use std::f64::consts::TAU;

use super::super::draw::Draw;
use crate::secret::DomainKey;

/// The mean radius of the Earth in metres (IUGG, Geodetic Reference System 1980).
const RADIUS: f64 = 6_371_008.8;

/// Metres in a degree along a meridian.
const METRES_A_DEGREE: f64 = RADIUS * TAU / 360.0;

/// Nobody stays nearer than this share of the distance.
const NEAREST: f64 = 0.1;

/// A place in degrees: −90 to 90, and −180 to 180.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) lat: f64,
    pub(super) lon: f64,
}

impl Place {
    /// A place; what isn't on the globe is brought onto it.
    pub(super) fn new(lat: f64, lon: f64) -> Self {
        let known = |degrees: f64| if degrees.is_finite() { degrees } else { 0.0 };
        Self { lat: known(lat).clamp(-90.0, 90.0), lon: turned(known(lon)) }
    }
}

/// A longitude from −180 to 180.
fn turned(lon: f64) -> f64 {
    if (-180.0..=180.0).contains(&lon) { lon } else { (lon + 180.0).rem_euclid(360.0) - 180.0 }
}

/// How a place is made less exact, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum How {
    /// Anywhere in a disc around it.
    Jitter(f64),
    /// To the centre of a square.
    Grid(f64),
}

/// Moves places.
pub(super) struct Blur {
    key: DomainKey,
    how: How,
}

impl Blur {
    pub(super) fn new(key: DomainKey, how: How) -> Self {
        Self { key, how }
    }

    /// Another place near by.
    pub(super) fn moved(&self, place: Place) -> Place {
        let moved = match self.how {
            How::Jitter(metres) => self.jitter(place, metres),
            How::Grid(metres) => snap(place, metres),
        };
        if moved != place {
            return moved;
        }
        // It is the centre of its square, or too near a pole for doubles to tell: a quarter of the way, towards the equator.
        let (How::Jitter(metres) | How::Grid(metres)) = self.how;
        let step = (metres / METRES_A_DEGREE / 4.0).min(45.0);
        Place { lat: if place.lat > 0.0 { place.lat - step } else { place.lat + step }, ..place }
    }

    /// Evenly over the disc without its middle (the direct problem on a sphere: E. Williams, Aviation Formulary).
    fn jitter(&self, place: Place, metres: f64) -> Place {
        const FRACTIONS: u64 = 1 << 32;
        let mut input = [0u8; 16];
        // −0 and 0 are one place.
        input[..8].copy_from_slice(&(place.lat + 0.0).to_be_bytes());
        input[8..].copy_from_slice(&(place.lon + 0.0).to_be_bytes());
        let mut draw = Draw::new(&self.key, &input);
        let bearing = draw.below(FRACTIONS) as f64 / FRACTIONS as f64 * TAU;
        let share = draw.below(FRACTIONS) as f64 / FRACTIONS as f64;
        let inner = NEAREST * NEAREST;
        let angle = metres * (inner + share * (1.0 - inner)).sqrt() / RADIUS;
        let lat = place.lat.to_radians();
        let sine = lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos();
        let turn = (bearing.sin() * angle.sin() * lat.cos()).atan2(angle.cos() - lat.sin() * sine);
        let lat = sine.clamp(-1.0, 1.0).asin().to_degrees();
        Place { lat, lon: turned(place.lon + turn.to_degrees()) }
    }
}

/// The centre of the square that a place is in. Squares are cut along parallels, and as wide as high at their middle.
fn snap(place: Place, metres: f64) -> Place {
    let centre = |degrees: f64, step: f64| ((degrees / step).floor() + 0.5) * step;
    let height = metres / METRES_A_DEGREE;
    let lat = centre(place.lat, height).clamp(-90.0, 90.0);
    let width = (height / lat.to_radians().cos().max(1e-9)).min(360.0);
    Place { lat, lon: turned(centre(place.lon, width)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secret::MaskingKey;

    fn blur(how: How) -> Blur {
        Blur::new(MaskingKey::parse(&"1f".repeat(32)).unwrap().domain("geo"), how)
    }

    /// Metres between two places (the haversine formula).
    fn distance(a: Place, b: Place) -> f64 {
        let half = |x: f64, y: f64| ((x - y).to_radians() / 2.0).sin().powi(2);
        let chord = half(a.lat, b.lat) + a.lat.to_radians().cos() * b.lat.to_radians().cos() * half(a.lon, b.lon);
        2.0 * RADIUS * chord.sqrt().asin()
    }

    proptest! {
        #[test]
        fn a_place_moves_by_as_much_as_is_allowed(lat in -90.0..=90.0, lon in -180.0..=180.0, metres in 10.0..=100_000.0) {
            let place = Place::new(lat, lon);
            let moved = blur(How::Jitter(metres)).moved(place);
            let metres_moved = distance(place, moved);
            prop_assert!((metres * 0.09..=metres * 1.01).contains(&metres_moved), "{} of {}", metres_moved, metres);
            prop_assert!((-90.0..=90.0).contains(&moved.lat) && (-180.0..=180.0).contains(&moved.lon));
        }

        #[test]
        fn a_square_has_one_centre_near_by(lat in -89.0..=89.0, lon in -180.0..=180.0, metres in 10.0..=100_000.0) {
            let place = Place::new(lat, lon);
            let moved = blur(How::Grid(metres)).moved(place);
            prop_assert!(moved != place);
            prop_assert!(distance(place, moved) <= metres * 2.0, "{}", distance(place, moved));
            prop_assert!((-90.0..=90.0).contains(&moved.lat) && (-180.0..=180.0).contains(&moved.lon));
        }

        #[test]
        fn any_two_doubles_become_a_place(lat in any::<f64>(), lon in any::<f64>()) {
            for how in [How::Jitter(1000.0), How::Grid(1000.0)] {
                let moved = blur(how).moved(Place::new(lat, lon));
                prop_assert!((-90.0..=90.0).contains(&moved.lat) && (-180.0..=180.0).contains(&moved.lon), "{:?}", moved);
            }
        }
    }

    #[test]
    fn the_centre_of_a_square_moves_too() {
        let grid = blur(How::Grid(1000.0));
        let centre = grid.moved(Place::new(59.9, 10.7));
        assert_ne!(grid.moved(centre), centre);
        assert!(distance(grid.moved(centre), centre) < 1000.0);
    }
}
