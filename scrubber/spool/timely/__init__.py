"""Proof of timely filing: when one claim was received and sent, and what was answered, on one page."""
