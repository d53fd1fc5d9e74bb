"""The domain: catalogue, fees, deadlines, department profile, database and Vietnamese text."""
