"""Use cases: one public function = one transaction = its audit events. No web here, no rules that belong below."""
