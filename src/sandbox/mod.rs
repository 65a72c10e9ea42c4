//! The throw-away PostgreSQL server behind `demo` and the tests.
