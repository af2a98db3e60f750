"""What can be asked at which address: /api/v1/openapi.json for programs, /api/v1/ for people, a package per release."""
