//! Buses: the traits of publishing and consuming, and the embedded driver.
