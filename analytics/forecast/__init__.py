"""Forecasting as plain arithmetic on arrays: no tables, no Django.  `predict.predict` is the way in."""
