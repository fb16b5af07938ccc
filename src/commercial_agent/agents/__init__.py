"""The four agents: a request and the dialogue state become a finding. What they say is data; wording is not theirs."""
