//! The rules of the contract that is built in.

use crate::contract;
use crate::rule::{Binds, Rules};
use crate::source::Sources;

fn lender() -> Rules {
    let mut sources = Sources::default();
    let text = include_str!("../../../schemas/lender-prism.openapi.yaml");
    let file = sources.add("schemas/lender-prism.openapi.yaml", text);
    let contract = contract::load(&mut sources, file, "lender-prism", &mut |_, _| unreachable!("one file"));
    let contract = contract.unwrap_or_else(|problems| panic!("{}", super::drawn(&problems)));
    crate::rule::read(&sources, file, &contract, &[]).unwrap_or_else(|problems| panic!("{}", super::drawn(&problems)))
}

#[test]
fn the_rules_of_the_contract_can_be_read() {
    let rules = lender();
    let of = |binds: Binds| rules.all.iter().filter(|rule| rule.binds == binds).count();
    assert!(of(Binds::Server) >= 50, "{}", of(Binds::Server));
    assert!(of(Binds::Client) >= 30, "{}", of(Binds::Client));
    for id in [
        "R31",
        "J01",
        "J10",
        "J03.answer",
        "J08.answer",
        "poll:getBre",
        "retry:getBre",
        "requires:triggerBre:updateUserDetails",
    ] {
        assert!(rules.get(id).is_some(), "{id}");
    }
    let names: Vec<&str> = rules.keys.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["referenceID", "customerID"]);
}
