//! The laws on JetStream, over every way to get in.
//!
//! One law of all drivers cannot hold: that events of several subjects come in one order. Argo has one consumer for each
//! subject, and each delivers at its own pace; the order within a subject holds.

use crate::support::{OnCluster, OnServer, tls};
use aev_bus::conformance::Sometimes;
use aev_servers::{Access, Options};

macro_rules! laws {
    ($setup:expr) => {
        aev_bus::conformance_tests!($setup;
            a_subjects_events_come_in_order, a_new_lane_begins_at_the_end, lanes_do_not_wait_for_each_other,
            unacknowledged_events_come_again, acknowledgements_come_in_any_order, a_lane_reads_its_subjects_only,
            a_known_id_is_the_same_event, too_large_is_said_with_the_numbers, a_commit_is_all_or_nothing,
            records_have_revisions, published_with_a_commit, an_older_handle_is_fenced,
            who_waits_learns_that_the_lane_is_gone, dead_letters_are_kept,
            a_forgotten_lane_holds_nothing, waiting_may_be_given_up,
            waiting_may_be_given_up_at_every_point, many_publish_at_once,
            a_renamed_lane_keeps_its_place, a_new_subject_begins_at_its_end, history_comes_in_pages,
            outstanding_events_are_handed_out_once, a_closed_bus_says_so);
    };
}

mod clear {
    use super::*;
    laws!(|| Sometimes(|test: &str| OnServer::start(test, &Options::default())));
}

mod tls_and_password {
    use super::*;
    laws!(|| Sometimes(|test: &str| {
        let access = Access::UserAndPassword("aev".to_owned(), "s3cret word".to_owned());
        OnServer::start(test, &Options { access, tls: tls(), ..Options::default() })
    }));
}

mod token {
    use super::*;
    laws!(|| Sometimes(|test: &str| {
        let access = Access::Token("t0ken".to_owned());
        OnServer::start(test, &Options { access, ..Options::default() })
    }));
}

mod nkey {
    use super::*;
    laws!(|| Sometimes(|test: &str| {
        let access = Access::nkey().unwrap();
        OnServer::start(test, &Options { access, ..Options::default() })
    }));
}

mod credentials_file {
    use super::*;
    laws!(|| Sometimes(|test: &str| {
        let access = Access::credentials().unwrap();
        OnServer::start(test, &Options { access, ..Options::default() })
    }));
}

mod cluster {
    use super::*;
    laws!(|| Sometimes(OnCluster::start));
}
