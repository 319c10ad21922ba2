"""Rules beyond the contract, a module for each lane: `checks(dataset) -> list[Check]`."""
