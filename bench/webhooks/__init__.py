"""Deliveries of webhooks to a receiver on this computer, beside a plain loop of httpx that posts the same."""
