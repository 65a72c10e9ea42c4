//! What personal data looks like outside its synthetic space. One file a kind.
