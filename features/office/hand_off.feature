# language: vi
Tính năng: Việc chuyển cho cơ quan khác không rơi vào khoảng trống
  Xã cần cảnh sát giao thông xác minh giấy phép lái xe. Việc chuyển đi được trả lời đúng giờ hoặc bị nhắc, bị từ chối
  thì nói rõ vì sao, làm xong thì trả về. Lúc nào cũng có đúng một đơn vị chịu trách nhiệm.

  Bối cảnh:
    Cho tỉnh mẫu Hải Sơn
    Và một thủ tục của xã chuyển cho cảnh sát giao thông xác minh giấy phép lái xe
    Và Trần Thị Hoa nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026

  Kịch bản: Từ lúc chuyển đến lúc trả kết quả, hai đồng hồ cùng chạy
    Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ" lúc 08:10 Thứ Hai 16/11/2026
    Thì "Xác minh giấy phép lái xe" được chuyển cho "Phòng Cảnh sát giao thông", phải trả lời trước 13:40 Thứ Hai 16/11/2026
    Và "Ủy ban nhân dân xã Phú An" chịu trách nhiệm về hồ sơ
    Và hẹn trả là 17:00 Thứ Hai 23/11/2026
    Khi Lê Thanh Bình tiếp nhận việc chuyển lúc 09:00 Thứ Hai 16/11/2026
    Thì "Phòng Cảnh sát giao thông" chịu trách nhiệm về hồ sơ
    Và phần việc được chuyển phải xong trước 09:00 Thứ Tư 18/11/2026
    Và hẹn trả là 17:00 Thứ Hai 23/11/2026
    Và hồ sơ đang chờ ở bước "Tra cứu vi phạm"
    Khi Trần Minh An làm bước "Tra cứu vi phạm" lúc 15:00 Thứ Ba 17/11/2026
    Thì "Ủy ban nhân dân xã Phú An" chịu trách nhiệm về hồ sơ
    Và hồ sơ đang chờ ở bước "Cấp giấy xác nhận"
    Khi Đinh Văn Phúc làm bước "Cấp giấy xác nhận" lúc 16:00 Thứ Ba 17/11/2026
    Thì hồ sơ đã kết thúc
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Bị từ chối thì đơn vị chuyển thấy ngay lý do và chuyển lại
    Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ" lúc 08:10 Thứ Hai 16/11/2026
    Và Lê Thanh Bình từ chối việc chuyển vì "Thiếu số giấy phép" lúc 09:00 Thứ Hai 16/11/2026
    Thì Đinh Văn Phúc thấy việc chuyển bị từ chối vì "Thiếu số giấy phép"
    Và "Ủy ban nhân dân xã Phú An" chịu trách nhiệm về hồ sơ
    Khi Đinh Văn Phúc chuyển lại lúc 10:00 Thứ Hai 16/11/2026
    Thì "Xác minh giấy phép lái xe" được chuyển cho "Phòng Cảnh sát giao thông", phải trả lời trước 15:30 Thứ Hai 16/11/2026
    Khi Lê Thanh Bình tiếp nhận việc chuyển lúc 10:30 Thứ Hai 16/11/2026
    Thì hồ sơ đang chờ ở bước "Tra cứu vi phạm"
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Không ai trả lời thì hệ thống báo, và vẫn tiếp nhận muộn được
    Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ" lúc 08:10 Thứ Hai 16/11/2026
    Và hệ thống làm các việc đã đến hạn lúc 13:41 Thứ Hai 16/11/2026
    Thì Lê Văn Chiến được báo là quá giờ mà chưa ai trả lời việc chuyển
    Và Lê Thanh Bình được báo là quá giờ mà chưa ai trả lời việc chuyển
    Và "Ủy ban nhân dân xã Phú An" chịu trách nhiệm về hồ sơ
    Khi Hoàng Quốc Sơn tiếp nhận việc chuyển lúc 14:00 Thứ Hai 16/11/2026
    Thì "Phòng Cảnh sát giao thông" chịu trách nhiệm về hồ sơ
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Hai người cùng tiếp nhận thì chỉ một người được
    Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ" lúc 08:10 Thứ Hai 16/11/2026
    Và Lê Thanh Bình tiếp nhận việc chuyển lúc 09:00 Thứ Hai 16/11/2026
    Thì Đặng Thu Thủy không tiếp nhận được nữa, và được báo Lê Thanh Bình đã tiếp nhận lúc 09:00 Thứ Hai 16/11/2026

  Kịch bản: Chỉ đơn vị được chuyển mới thấy hồ sơ, và chỉ khi đã được chuyển
    Thì Lê Thanh Bình không biết có hồ sơ này
    Khi Trần Thị Hoa làm bước "Tiếp nhận hồ sơ" lúc 08:10 Thứ Hai 16/11/2026
    Thì Lê Thanh Bình xem được hồ sơ
    Và Trần Minh An không được trả lời việc chuyển
    Và Đinh Văn Phúc không được trả lời việc chuyển
    Và Nguyễn Phương Thảo không biết có hồ sơ này
