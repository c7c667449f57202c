"""The house: settings, application, server, command line. The only place that knows every room."""
