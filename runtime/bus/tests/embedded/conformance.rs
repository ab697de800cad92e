use aev_bus::conformance::Setup;
use aev_bus::{Bus, BusError, Embedded, Options, Pending};
use std::sync::Arc;

struct OnDisk(tempfile::TempDir);

impl Setup for OnDisk {
    fn open(&self) -> Pending<'_, Result<Arc<dyn Bus>, BusError>> {
        Box::pin(async { Ok(Arc::new(Embedded::open(Options::new(self.0.path()))?) as Arc<dyn Bus>) })
    }
}

aev_bus::conformance_tests!(|| OnDisk(tempfile::tempdir().unwrap()));
