"""From the provider's webhook to the customer's handset: inbox, jobs, outbox, delivery status."""
