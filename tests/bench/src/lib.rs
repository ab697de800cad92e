//! What things cost. The measurements are in `benches/`; run them with `cargo bench -p aev-bench`.
