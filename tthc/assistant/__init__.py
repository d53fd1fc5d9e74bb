"""The assistant in this process, without its service: for the command line and the evaluation."""
