"""What people see in a browser: pages made by the server, usable without JavaScript."""
