//! Bytes that are few nearly always: on the stack, so that no cell costs an allocation.

use std::ops::{Deref, DerefMut};

/// Bytes that grow as a vector does, and move to the heap only when they have become many.
pub(super) struct Few {
    near: [u8; Self::CAPACITY],
    /// How many of `near` count, as long as `far` is empty.
    length: usize,
    far: Vec<u8>,
}

impl Few {
    /// Longer than any IBAN, telephone or number of a person, however it is written.
    const CAPACITY: usize = 40;

    /// None yet.
    pub(super) const fn new() -> Self {
        Self { near: [0; Self::CAPACITY], length: 0, far: Vec::new() }
    }

    /// So many bytes of one kind.
    pub(super) fn filled(byte: u8, count: usize) -> Self {
        std::iter::repeat_n(byte, count).collect()
    }

    /// Appends a byte.
    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        match self.near.get_mut(self.length) {
            Some(place) if self.far.is_empty() => {
                *place = byte;
                self.length += 1;
            }
            _ => {
                self.move_away(1);
                self.far.push(byte);
            }
        }
    }

    /// Appends bytes.
    pub(super) fn extend_from_slice(&mut self, bytes: &[u8]) {
        match self.near.get_mut(self.length..self.length + bytes.len()) {
            Some(place) if self.far.is_empty() => {
                place.copy_from_slice(bytes);
                self.length += bytes.len();
            }
            _ => {
                self.move_away(bytes.len());
                self.far.extend_from_slice(bytes);
            }
        }
    }

    /// Makes room on the heap.
    #[cold]
    fn move_away(&mut self, more: usize) {
        if self.far.is_empty() {
            self.far.reserve(2 * Self::CAPACITY + more);
            self.far.extend_from_slice(self.near.get(..self.length).unwrap_or_default());
        }
    }
}

impl Deref for Few {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        if self.far.is_empty() { self.near.get(..self.length).unwrap_or_default() } else { &self.far }
    }
}

impl DerefMut for Few {
    fn deref_mut(&mut self) -> &mut [u8] {
        if self.far.is_empty() { self.near.get_mut(..self.length).unwrap_or_default() } else { &mut self.far }
    }
}

impl Extend<u8> for Few {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        bytes.into_iter().for_each(|byte| self.push(byte));
    }
}

impl FromIterator<u8> for Few {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        let mut few = Self::new();
        few.extend(bytes);
        few
    }
}

impl From<&[u8]> for Few {
    fn from(bytes: &[u8]) -> Self {
        let mut few = Self::new();
        few.extend_from_slice(bytes);
        few
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn few_bytes_and_many_are_the_same_as_in_a_vector(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..8),
        ) {
            let (mut few, mut all) = (Few::new(), Vec::new());
            for (number, part) in parts.iter().enumerate() {
                if number % 2 == 0 { few.extend_from_slice(part) } else { few.extend(part.iter().copied()) }
                all.extend_from_slice(part);
                prop_assert_eq!(&*few, &all[..]);
            }
            few.iter_mut().for_each(|byte| *byte ^= 1);
            prop_assert!(few.iter().eq(all.iter().map(|byte| byte ^ 1).collect::<Vec<_>>().iter()));
        }
    }
}
