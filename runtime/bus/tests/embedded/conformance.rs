use aev_bus::conformance::Setup;
use aev_bus::{Bus, BusError, Embedded, Options, Pending};
use std::sync::{Arc, Mutex};

/// A directory, and the bus that has it open: the laws close it through the trait that has no such method.
struct OnDisk {
    dir: tempfile::TempDir,
    open: Mutex<Option<Arc<Embedded>>>,
}

impl Setup for OnDisk {
    fn open(&self) -> Pending<'_, Result<Arc<dyn Bus>, BusError>> {
        Box::pin(async {
            let bus = Arc::new(Embedded::open(Options::new(self.dir.path()))?);
            *self.open.lock().unwrap() = Some(bus.clone());
            Ok(bus as Arc<dyn Bus>)
        })
    }

    fn close(&self, bus: Arc<dyn Bus>) -> Pending<'_, ()> {
        Box::pin(async move {
            drop(bus);
            let open = self.open.lock().unwrap().take();
            if let Some(bus) = open {
                bus.close().await;
            }
        })
    }
}

aev_bus::conformance_tests!(|| OnDisk { dir: tempfile::tempdir().unwrap(), open: Mutex::default() });
