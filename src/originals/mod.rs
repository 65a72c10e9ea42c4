//! The originals of masked columns, as keyed hashes: written while masking, looked up while verifying.
