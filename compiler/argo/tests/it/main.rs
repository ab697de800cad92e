//! Tests through the public interface.

mod golden;
